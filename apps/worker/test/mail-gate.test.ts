import { beforeEach, expect, it } from 'vitest';
import { mailGate } from '../src/mail-gate.ts';
import { mailServerRefuses } from '../src/metrics.ts';

let clock: number;
beforeEach(() => {
  clock = 1_000_000;
});
const gate = () => mailGate(() => clock);
const refuses = async () => (await mailServerRefuses.get()).values[0]?.value;

it('leaves a server that refuses every mail alone, ever longer, up to half a minute', async () => {
  const shut = gate();
  const pauses: number[] = [];
  for (let time = 0; time < 8; time += 1) {
    shut.enter();
    shut.refusedAll();
    const from = clock;
    while (isShut(shut)) clock += 250;
    pauses.push(clock - from);
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(await refuses()).toBe(1);
  shut.took();
  expect(await refuses()).toBe(0);
});

it('believes few refusals in a row, and then one in a quarter of an hour: a weekend empties no queue', () => {
  const doubtful = gate();
  let believed = 0;
  const weekend = 60 * 60 * 60 * 1000;
  for (const until = clock + weekend; clock < until; clock += 5000) if (doubtful.isBelieved()) believed += 1;
  expect(believed).toBeGreaterThan(5);
  expect(believed).toBeLessThanOrEqual(5 + 60 * 4);
});

it('believes any number of refusals of single mails while others are taken', () => {
  const well = gate();
  for (let mail = 0; mail < 500; mail += 1) {
    if (mail % 4 === 0) well.took();
    else expect(well.isBelieved()).toBe(true);
  }
});

function isShut(one: ReturnType<typeof mailGate>): boolean {
  try {
    one.enter();
    return false;
  } catch {
    return true;
  }
}
