import type { SetAside } from '../runtime/runtime.ts';
import { renderSetAside } from './set-aside.ts';

export interface Healed {
  readonly healed: readonly { readonly box: string; readonly readyMs: number }[];
  /** Commits wait for a replica's confirmation again. */
  readonly guarded: boolean;
  /** Replicas that ran and were copied again. */
  readonly copied: readonly string[];
  readonly setAside: readonly SetAside[];
}

/** What `heal` started, what it copied again, and what former data is kept. */
export function renderHealed({ healed, guarded, copied, setAside }: Healed): string {
  const lines = [
    ...(healed.length + copied.length === 0 ? ['Every box is up.'] : []),
    ...healed.map(({ box, readyMs }) => `${box} is ready after ${(readyMs / 1000).toFixed(2)} s.`),
    ...(guarded ? ['Commits are confirmed by a replica again.'] : []),
    ...copied.map((box) => `${box} lacked log that its primary no longer keeps, so it was copied again.`),
  ];
  return `${lines.join('\n')}\n${renderSetAside(setAside)}`;
}
