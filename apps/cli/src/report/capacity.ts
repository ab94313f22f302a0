import Table from 'cli-table3';
import type { Capacity, Probe } from '../measure/capacity.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';
import { head, PLAIN, percent } from './table.ts';

/** One probe, while the search goes on. */
export function renderProbe(probe: Probe): string {
  return `${perSecond(probe.rate).padStart(7)}  ${probe.holds ? 'holds ' : 'breaks'}  ${percent(probe.within)} in time\n`;
}

/** The highest rate that held, and the way to it. */
export function renderCapacity(result: Capacity): string {
  const { stage, scenario, holdsAt, breaksAt, sloMs, closedLoop, probes, saturated, why, provenance } =
    result;
  const table = new Table({ ...PLAIN, ...head('arrivals', `within ${sloMs} ms`, 'P95', '') });
  for (const probe of [...probes].sort((a, b) => a.rate - b.rate)) {
    table.push([
      perSecond(probe.rate),
      percent(probe.within),
      milliseconds(probe.p95Ms),
      probe.holds ? 'holds' : 'breaks',
    ]);
  }
  const verdict =
    holdsAt === null
      ? `Stage ${stage} held ${scenario} at none of these rates.`
      : `Stage ${stage} holds ${scenario} at ${perSecond(holdsAt)}${breaksAt === null ? '' : `, breaks at ${perSecond(breaksAt)}`}.`;
  return [
    verdict,
    '',
    String(table),
    '',
    `In a closed loop it completes ${perSecond(closedLoop)}${saturated === null ? '' : `; saturated: ${saturated.name} at ${percent(saturated.share)} of its quota`}.`,
    '',
    renderProvenance(provenance, why),
    '',
  ].join('\n');
}
