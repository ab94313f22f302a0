import type { Operation } from '../history/operation.ts';
import type { StreamRecord } from '../history/stream.ts';
import type { Step } from './schedule.ts';

/** A fault or an operation as it was carried out. Moments in milliseconds since 1970. */
export interface Done {
  readonly step: Step;
  readonly beganAt: number;
  readonly endedAt: number;
  /** `done`; `refused`: the stack or the shop did not allow it; `failed`: it could not be caused. */
  readonly outcome: 'done' | 'refused' | 'failed';
  /** How often its process was killed before. */
  readonly cutShort: number;
  /** The last words of what did not succeed. */
  readonly said: string;
}

/** Moments in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** While a fault or an operation was under way. */
export function spanOf({ beganAt, endedAt }: Done): Span {
  return { from: beganAt, to: endedAt };
}

/** All that happened in a run, noted as it happens. */
export interface Journal {
  readonly history: Operation[];
  readonly done: Done[];
  readonly streams: StreamRecord[];
  /** For how long the clients were not given the machine, at the worst. */
  standstillMs: number;
  /** From the end of the schedule until the stack was whole; null: not yet. */
  healing: Span | null;
}

export function newJournal(): Journal {
  return { history: [], done: [], streams: [], standstillMs: 0, healing: null };
}
