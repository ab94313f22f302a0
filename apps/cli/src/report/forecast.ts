import Table from 'cli-table3';
import type { Line } from '../cost/as-run.ts';
import type { FirstFit } from '../cost/first-fits.ts';
import type { Demand, Forecast, ForecastAt } from '../cost/forecast.ts';
import type { Estimate, Usl } from '../cost/usl.ts';
import { colour } from './colour.ts';
import { dollars, dollarsBetween } from './dollars.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { type PriceList, priceLines } from './price-lines.ts';
import { renderProvenance } from './provenance.ts';
import { head, PLAIN } from './table.ts';

export interface ForecastText {
  readonly forecast: Forecast;
  readonly firstFits: readonly FirstFit[];
  readonly assumptions: readonly string[];
  readonly prices: PriceList;
}

/** What a stage costs as it was measured, and up to how many users it can grow at which price. */
export function renderForecast({ forecast, firstFits, assumptions, prices }: ForecastText): string {
  const { stage, title, scenario, demands, at, provenance, why } = forecast;
  return [
    colour('bold', `Stage ${stage}: ${title} (${scenario})`),
    '',
    ...capacityLines(forecast),
    ...lawLines(forecast.usl),
    '',
    asRunText(forecast),
    '',
    growthText(at),
    '',
    ...demands.map(demandLine),
    '',
    ...firstLines(firstFits),
    '',
    'Assumed',
    ...assumptions.map((each) => `  ${each}`),
    '',
    ...priceLines(prices),
    '',
    renderProvenance(provenance, why),
    '',
  ].join('\n');
}

function capacityLines({ asRun: { holds }, capacity }: Forecast): string[] {
  if (holds === null || capacity === null) return ['No rung of the ladder was within the SLO.'];
  return [
    `Measured: ${perSecond(holds.rps)} with ${holds.users === 1 ? '1 user' : `${holds.users} users`} at a time, P95 ${milliseconds(holds.p95Ms)}; by the law ${figure(capacity, perSecond)}.`,
  ];
}

/** σ and κ are small, and λ is not: as many digits as say something. */
function lawLines({ lambda, sigma, kappa, peak, noise, points }: Usl): string[] {
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  return [
    `Law of scalability over ${points.length} rungs: λ ${figure(lambda, digits)}, σ ${figure(sigma, digits)}, κ ${figure(kappa, digits)}; points within ${(noise * 100).toFixed(1)} % of it.`,
    peak === null
      ? 'It has no peak (κ = 0): throughput only levels off.'
      : `Its peak: ${figure(peak.rps, perSecond)} with ${figure(peak.users, (users) => users.toFixed(0))} users at a time.`,
  ];
}

function figure({ value, interval: [low, high] }: Estimate, digits: (value: number) => string): string {
  return `${digits(value)} (${digits(low)} – ${high === null ? '…' : digits(high)})`;
}

function asRunText({ asRun: { lines, usdPerMonth, holds, usdPerThousandRequests } }: Forecast): string {
  const table = new Table({
    ...PLAIN,
    ...head('as run', 'becomes', 'boxes', 'a month'),
    colAligns: ['left', 'left', 'right', 'right'],
  });
  for (const { part, service, type, boxes, usdPerMonth: usd } of lines)
    table.push([part, type ?? service, boxes, dollars(usd)]);
  table.push(['', '', '', colour('bold', dollars(usdPerMonth))]);
  const each =
    holds === null || usdPerThousandRequests === null
      ? 'Standing still: at no measured rate was it within the SLO.'
      : `${dollars(usdPerThousandRequests)} per 1,000 requests, if it is kept at ${perSecond(holds.rps)} all month.`;
  return `${table}\n\n${each}`;
}

function growthText(at: readonly ForecastAt[]): string {
  const table = new Table({
    ...PLAIN,
    ...head('users', 'at peak', 'fits', 'a month', '95 %', 'its boxes', ''),
    colAligns: ['right', 'right', 'left', 'right', 'right', 'right', 'left'],
  });
  for (const each of at)
    table.push([
      people(each.users),
      perSecond(each.peakRps),
      fitsText(each),
      each.usdPerMonth === null ? '–' : dollars(each.usdPerMonth.value),
      each.usdPerMonth === null ? '–' : dollarsBetween(each.usdPerMonth),
      each.usdPerMonth === null ? '–' : dollars(ofBoxes(each.lines)),
      each.limit === null ? madeOf(each.lines) : limitText(each.limit),
    ]);
  return String(table);
}

function fitsText({ fits }: ForecastAt): string {
  return fits === 'yes' ? colour('green', fits) : fits === 'no' ? colour('red', fits) : fits;
}

function limitText({ part, needsVcpus, mostVcpus }: NonNullable<ForecastAt['limit']>): string {
  const most = mostVcpus === null ? 'no rung is large enough' : `the most is ${vcpus(mostVcpus)}`;
  return `${part} needs ${vcpus(needsVcpus)} vCPUs, ${most}`;
}

function vcpus(count: number): string {
  return count.toFixed(count < 10 ? 1 : 0);
}

/** Without the services that are paid by use. */
function ofBoxes(lines: readonly Line[]): number {
  return lines.reduce((sum, { type, usdPerMonth }) => sum + (type === null ? 0 : usdPerMonth), 0);
}

function madeOf(lines: readonly Line[]): string {
  return lines
    .filter(({ type }) => type !== null)
    .map(({ part, type, boxes }) => `${part} ${boxes === 1 ? '' : `${boxes} × `}${type}`)
    .join(', ');
}

function demandLine({ part, cpuMicrosPerRequest, multiplies, contention }: Demand): string {
  const cpu = `${part}: ${cpuMicrosPerRequest.toFixed(0)} µs of CPU a request`;
  return `${cpu}; ${multiplies ? lossText(contention) : 'there is one of it, which can only become larger'}`;
}

function lossText({ sigma, measured }: Demand['contention']): string {
  if (measured === null) return 'no step tells what more of them lose to each other: nothing is taken off';
  const { stage, kind, times, ratio } = measured;
  return `more of them lose σ ${figure(sigma, (value) => value.toFixed(3))} (stage ${stage}: ${times} × the ${kind} boxes, × ${ratio.toFixed(2)})`;
}

function firstLines(firstFits: readonly FirstFit[]): string[] {
  const stage = (number: number | null): string => (number === null ? 'none' : `stage ${number}`);
  return firstFits.map(
    ({ users, surely, perhaps }) =>
      `First to carry ${people(users)} users: ${stage(surely)}${perhaps === surely ? '' : `, perhaps ${stage(perhaps)}`}`,
  );
}

/** `1k`, `100k`, `10M` */
function people(users: number): string {
  if (users >= 1e6) return `${Number((users / 1e6).toPrecision(3))}M`;
  return users >= 1000 ? `${Number((users / 1000).toPrecision(3))}k` : String(users);
}
