import { setTimeout as sleep } from 'node:timers/promises';
import { injectorOf } from './inject.ts';
import type { Done, Journal } from './journal.ts';
import { operate } from './operate.ts';
import type { FaultStep, OperationStep, Schedule } from './schedule.ts';
import { type Subject, stateOf } from './stack.ts';

export interface Playing {
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly onStep: (done: Done) => void;
}

/**
 * Carries out a schedule to its end. Faults overlap as they are scheduled; operations follow one another, a late one begins
 * when the one before it has ended.
 *
 * @throws StackGone when the stack ends by itself
 */
export async function play(stack: Subject, schedule: Schedule, playing: Playing): Promise<void> {
  const startedAt = Date.now();
  const { journal, signal, onStep } = playing;
  const injector = injectorOf(stack, signal);
  const until = (at: number) => sleep(Math.max(0, startedAt + at - Date.now()), undefined, { signal });
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
    await until(step.at + step.forMs);
    await injector.end(step).catch(failed);
    const outcome = said === '' ? 'done' : 'failed';
    note({ step, beganAt, endedAt: Date.now(), outcome, cutShort: 0, said });
  }

  async function operations(steps: readonly OperationStep[]): Promise<void> {
    for (const step of steps) {
      await until(step.at);
      const beganAt = Date.now();
      const { last, cutShort } = await operate(stack, step, signal);
      const outcome = last.code === null || last.code > 1 ? 'refused' : 'done';
      note({ step, beganAt, endedAt: Date.now(), outcome, cutShort, said: last.said });
    }
  }

  const faults = schedule.steps.filter((step) => step.type === 'fault');
  const operated = schedule.steps.filter((step) => step.type === 'operation');
  await Promise.all([...faults.map(fault), operations(operated)]);
  await until(schedule.minutes * 60_000);
}
