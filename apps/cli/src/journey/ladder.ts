import type { SideRun } from '../measure/run.ts';
import type { Ladder } from './recipe.ts';
import type { AtUsers, Rung } from './record.ts';

/** Loads both stages of a pair, or the only one, with as many users on each side. `why`: it says nothing. */
export type LoadRung = (
  users: number,
  seconds: Pick<Ladder, 'lead' | 'duration'>,
) => Promise<{
  readonly sides: { readonly previous: SideRun | null; readonly this: SideRun };
  readonly why: readonly string[];
}>;

export interface Climbed {
  readonly rungs: readonly Rung[];
  /** Why a rung says nothing; empty: all are valid. */
  readonly why: readonly string[];
}

/** Up the ladder of loads, from one user to more than can be served at a time. */
export async function climb(
  load: LoadRung,
  { users, lead, duration }: Ladder,
  onProgress: (what: string) => void,
): Promise<Climbed> {
  const rungs: Rung[] = [];
  const why: string[] = [];
  onProgress(`a ladder of loads: ${users.join(', ')} users, ${duration} s each`);
  for (const each of users) {
    const first = await load(each, { lead, duration });
    // Two seconds more, where the whole stage would have to be measured again.
    const { sides, why: reasons } = first.why.length > 0 ? await load(each, { lead, duration }) : first;
    const previous = sides.previous === null ? null : atUsers(sides.previous);
    rungs.push({ users: each, previous, this: atUsers(sides.this) });
    why.push(...reasons.map((reason) => `with ${each} users: ${reason}`));
  }
  return { rungs, why };
}

function atUsers({ rps, summary, loads }: SideRun): AtUsers {
  const { p50Ms, p95Ms } = summary.latency ?? { p50Ms: 0, p95Ms: 0 };
  return { rps, p50Ms, p95Ms, loads };
}
