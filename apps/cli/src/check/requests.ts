import { machine } from '../measure/provenance.ts';
import type { Baseline } from './baseline.ts';
import type { CheckRequest } from './check.ts';
import { besideReference, versions } from './contenders-of.ts';

/** What every check of a stage says. */
export type CommonRequest = Pick<CheckRequest, 'stage' | 'scenario' | 'floor' | 'signal' | 'onProgress'>;

/** A check against another version, whose checkout lies at `root`. */
export function againstVersion(common: CommonRequest, root: string, againstName: string): CheckRequest {
  return {
    ...common,
    contenders: versions(common.stage, root),
    against: { kind: 'version' },
    againstName,
  };
}

/**
 * A check against what was recorded, here or on another machine: always at the recorded rate. Less of it, and both cost
 * more for a request, but not in the same proportion.
 */
export function againstBaseline(common: CommonRequest, baseline: Baseline): CheckRequest {
  const { machine: where, commit, startedAt } = baseline.provenance;
  return {
    ...common,
    contenders: besideReference(common.stage),
    against: { kind: 'baseline', figures: baseline.figures },
    againstName: `baseline of ${startedAt.slice(0, 10)}, commit ${commit}, ${where}`,
    amount: baseline.amount,
    ...(where === machine() ? {} : { ifVoid: elsewhere(baseline) }),
  };
}

function elsewhere({ stage, amount, provenance }: Baseline): string {
  const rate = amount.rates.this?.toFixed(0) ?? '?';
  return `${rate}/s is what another machine took (${provenance.machine}): \`pnpm stage ${stage} baseline\` records what this one takes`;
}
