import { Failure } from '../failure.ts';
import type { Resumed } from './journal.ts';

export interface Wish {
  /** All that there are. */
  readonly all: readonly number[];
  /** `pnpm stage 4 journey`; null: `all`. */
  readonly stage: number | null;
  /** `--stages 2,5`; undefined: not given. */
  readonly stages: string | undefined;
}

/** The stages that a journey is asked to pass, ascending. @throws Failure for one that there is not. */
export function askedFor({ all, stage, stages }: Wish): number[] {
  if (stage !== null && stages !== undefined)
    throw new Failure(`One stage is named by ${stage}, others by --stages.`, {
      next: `\`pnpm stage all journey --stages ${stages}\`, or \`pnpm stage ${stage} journey\`.`,
    });
  if (stages === undefined) return stage === null ? [...all] : [stage];
  const words = stages.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !all.includes(Number(word)) || word === '');
  if (unknown !== undefined)
    throw new Failure(`--stages: there is no stage "${unknown}".`, {
      next: `Stages here: ${all.join(', ')}. Write them like this: --stages 2,5.`,
    });
  return all.filter((number) => words.some((word) => Number(word) === number));
}

/**
 * With what the journal already has (none without `--resume`): the stages that the journey tells of, ascending.
 *
 * @throws Failure when it is to be recorded and would not be whole.
 */
export function toldOf(
  all: readonly number[],
  asked: readonly number[],
  resumed: ReadonlyMap<number, Resumed>,
  record: boolean,
): number[] {
  const told = all.filter((stage) => asked.includes(stage) || resumed.get(stage)?.because.length === 0);
  const missing = all.filter((stage) => !told.includes(stage));
  if (record && missing.length > 0)
    throw new Failure(`A recorded journey has all stages, and this one would lack ${missing.join(', ')}.`, {
      next: 'Leave out --record, or let it pass all: `pnpm stage all journey --record`; with --resume it goes on from the journal.',
    });
  return told;
}
