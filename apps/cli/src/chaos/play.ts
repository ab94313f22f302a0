import { setTimeout as sleep } from 'node:timers/promises';
import { injectorOf } from './inject.ts';
import type { Done, Journal } from './journal.ts';
import { operate } from './operate.ts';
import type { FaultStep, OperationStep, Schedule } from './schedule.ts';
import { type Subject, stateOf } from './stack.ts';

/** How often it is looked whether the schedule goes on. */
const LOOK_MS = 50;

export interface Playing {
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly onStep: (done: Done) => void;
}

/**
 * Carries out a schedule to its end. Faults overlap as they are scheduled; operations follow one another. One that is due
 * while another runs begins when that has ended, and all that is scheduled after it is put off by as much: faults that are
 * meant for an operation meet it, however slow the machine is.
 *
 * @throws StackGone when the stack ends by itself
 */
export async function play(stack: Subject, schedule: Schedule, playing: Playing): Promise<void> {
  const { journal, signal, onStep } = playing;
  const injector = injectorOf(stack, signal);
  const faults = schedule.steps.filter((step) => step.type === 'fault');
  const operated = schedule.steps.filter((step) => step.type === 'operation');
  const { until, begins } = clockOf(
    operated.map(({ at }) => at),
    signal,
  );
  const note = (done: Done): void => {
    journal.done.push(done);
    onStep(done);
  };

  async function fault(step: FaultStep): Promise<void> {
    await until(step.at);
    await stateOf(stack);
    const beganAt = Date.now();
    let said = '';
    const failed = (error: unknown): void => {
      signal.throwIfAborted();
      said ||= (error as Error).message;
    };
    await injector.begin(step).catch(failed);
    // Nothing puts this off: an operation may be waiting for it.
    await sleep(Math.max(0, beganAt + step.forMs - Date.now()), undefined, { signal });
    await injector.end(step).catch(failed);
    const outcome = said === '' ? 'done' : 'failed';
    note({ step, beganAt, endedAt: Date.now(), outcome, cutShort: 0, said });
  }

  async function operations(steps: readonly OperationStep[]): Promise<void> {
    for (const step of steps) {
      await until(step.at);
      begins();
      const beganAt = Date.now();
      const { last, cutShort } = await operate(stack, step, signal);
      const outcome = last.code === null || last.code > 1 ? 'refused' : 'done';
      note({ step, beganAt, endedAt: Date.now(), outcome, cutShort, said: last.said });
    }
  }

  await Promise.all([...faults.map(fault), operations(operated)]);
  await until(schedule.minutes * 60_000);
}

/** The schedule's time, in milliseconds. */
interface Clock {
  /** Waits for a moment of the schedule. */
  until(at: number): Promise<void>;
  /** The next operation begins. */
  begins(): void;
}

/** A clock that stands still where an operation is due and has not begun. @param due when each operation is */
export function clockOf(due: readonly number[], signal: AbortSignal): Clock {
  const startedAt = Date.now();
  let begun = 0;
  let lateMs = 0;
  const next = () => due[begun] ?? Number.POSITIVE_INFINITY;
  const now = () => Math.min(Date.now() - startedAt - lateMs, next());
  return {
    async until(at) {
      for (let left = at - now(); left > 0; left = at - now())
        await sleep(Math.min(left, LOOK_MS), undefined, { signal });
    },
    begins() {
      lateMs = Math.max(lateMs, Date.now() - startedAt - next());
      begun += 1;
    },
  };
}
