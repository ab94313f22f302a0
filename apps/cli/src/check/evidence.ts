import { mean } from 'simple-statistics';
import type { BaselineFigures } from './baseline.ts';
import type { BootFigures, SideFigures } from './boot.ts';
import type { Role } from './contender.ts';
import type { Floor } from './floor.ts';
import { cpuWord, type Evidence, throughputWord, type Word } from './verdict.ts';

/** What a check holds `this` against. */
export type Against =
  | { readonly kind: 'version' }
  | { readonly kind: 'baseline'; readonly figures: BaselineFigures };

export interface Evidences {
  readonly cpu: Evidence;
  readonly throughput: Evidence;
}

/**
 * Changes smaller than these are not looked for against a baseline: since it was recorded, Node, the processor and the
 * kernel may have moved the ratio to the reference, too. Versions side by side have them in common.
 */
const TOLERANCE = { cpu: 0.02, throughput: 0.1 };

/** Boots of a run: the contenders swap places from one to the next. */
export const BOOTS_A_RUN = 3;

/** The runs' ratios, as logarithms, with what they are worth. */
export function evidenceOf(boots: readonly BootFigures[], against: Against, floor: Floor): Evidences {
  const logs = (of: (side: SideFigures) => number, to: Role) =>
    runsOf(boots).map((run) =>
      mean(run.map((boot) => Math.log(of(side(boot, 'this')) / of(side(boot, to))))),
    );
  const cpu = (figures: SideFigures) => figures.appMicros;
  const rps = (figures: SideFigures) => figures.rps;
  if (against.kind === 'version') {
    return {
      cpu: { logs: logs(cpu, 'other'), sigma: floor.against.cpu },
      throughput: { logs: logs(rps, 'other'), sigma: floor.against.throughput },
    };
  }
  const { figures } = against;
  const base = Math.sqrt(figures.boots / BOOTS_A_RUN);
  const beside = (of: (side: SideFigures) => number, recorded: number) =>
    logs(of, 'reference').map((log) => log - Math.log(recorded));
  return {
    cpu: {
      logs: beside(cpu, figures.cpuRatio),
      sigma: floor.reference.cpu,
      baseSigma: floor.reference.cpu / base,
      tolerance: TOLERANCE.cpu,
      confidence: 95,
    },
    throughput: {
      logs: beside(rps, figures.throughputRatio),
      sigma: floor.reference.throughput,
      baseSigma: floor.reference.throughput / base,
      tolerance: TOLERANCE.throughput,
      confidence: 95,
    },
  };
}

export function wordOf({ cpu, throughput }: Evidences): Word {
  return cpuWord(cpu) === 'slower' || throughputWord(throughput) === 'slower' ? 'slower' : 'holds';
}

function runsOf(boots: readonly BootFigures[]): BootFigures[][] {
  const count = Math.ceil(boots.length / BOOTS_A_RUN);
  return Array.from({ length: count }, (_, run) => boots.slice(run * BOOTS_A_RUN, (run + 1) * BOOTS_A_RUN));
}

/** @throws when the boot has no such side. */
export function side(boot: BootFigures, role: Role): SideFigures {
  const found = boot.sides[role];
  if (found === undefined) throw new Error(`the boot has no side ${role}`);
  return found;
}
