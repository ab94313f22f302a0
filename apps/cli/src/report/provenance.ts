import type { Provenance } from '../measure/provenance.ts';
import { limiterText } from './limiter-text.ts';

/** The line below every figure: under what circumstances it came about, and whether it counts. */
export function renderProvenance(provenance: Provenance, why: readonly string[]): string {
  const verdict = why.length === 0 ? ['valid'] : ['VOID', ...why.map((reason) => `  ${reason}`)];
  return [...provenanceLines(provenance), ...verdict].join('\n');
}

/** The load; what ran it, with which quotas; where and when. */
export function provenanceLines(provenance: Provenance): string[] {
  const {
    machine,
    quotas,
    limiter,
    runtime,
    scenario,
    load,
    durationSeconds,
    commit,
    startedAt,
    k6,
    conditions,
  } = provenance;
  const shares = Object.entries(quotas).map(
    ([box, cpus]) => `${box} ${cpus === null ? 'all' : cpus.toFixed(2)}`,
  );
  return [
    `${scenario}, ${load}, ${durationSeconds} s${conditions.length === 0 ? '' : `; ${conditions.join(', ')}`}`,
    `${runtime}, limiter ${limiterText(limiter)}; cores: ${shares.join(', ')}`,
    `${machine}; commit ${commit}; k6 ${k6}; ${startedAt}`,
  ];
}
