import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe } from 'vitest';
import { isAlive } from '../../src/is-alive.ts';
import { secondsLeft } from '../seconds-left.ts';

/** A file takes up to two minutes, beside another one; files that failed are run once more after that, by themselves. */
const ENOUGH_SECONDS = process.env.TEST_RECORD_BEFORE === undefined ? 270 : 130;

/** Decided before the tests of a file are collected, because Vitest cannot skip a suite whose set-up has started. */
const skipped = await reasonToSkip();

/**
 * Tests on a real Docker engine: asked for by `STAGE_TEST_COMPOSE=1`, since they build images and take minutes. In a run
 * that has a deadline, those that would not end before it are left out, and say so.
 */
export function describeWithEngine(title: string, tests: () => void): void {
  describe.skipIf(skipped !== null)(skipped === null ? title : `${title} (skipped: ${skipped})`, () => {
    beforeAll(engineIsUp);
    tests();
  });
}

/** Waits while `.ci/run` still brings its engine up beside the tests that need none (`ENGINE_PID`). null: nothing. */
async function reasonToSkip(): Promise<string | null> {
  if (process.env.STAGE_TEST_COMPOSE !== '1') return 'STAGE_TEST_COMPOSE=1 asks for a Docker engine';
  const { ENGINE_PID: pid, ENGINE_RUN: run } = process.env;
  const isComing = () => run !== undefined && !existsSync(join(run, 'up')) && isAlive(Number(pid));
  while (isComing() && secondsLeft() > ENOUGH_SECONDS) await sleep(500);
  const left = secondsLeft();
  if (left > ENOUGH_SECONDS) return null;
  return `${isComing() ? 'the engine is not up, and ' : ''}only ${left.toFixed(0)} s are left of this run`;
}

/**
 * Takes on the variables that lead to the engine of `.ci/run`. Without such an engine it does nothing: the one that `docker`
 * reaches is used.
 *
 * @throws if that engine did not come up
 */
export async function engineIsUp(): Promise<void> {
  const { ENGINE_RUN: run } = process.env;
  if (run === undefined || skipped !== null) return;
  if (!existsSync(join(run, 'up')))
    throw new Error(`The Docker engine of this run did not come up:\n${lastWords(join(run, 'engine.log'))}`);
  for (const [, name, value] of readFileSync(join(run, 'env'), 'utf8').matchAll(/^export (\w+)=(.*)$/gm))
    if (name !== undefined) process.env[name] = value;
}

function lastWords(log: string): string {
  return existsSync(log)
    ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-20).join('\n')
    : '(it said nothing)';
}
