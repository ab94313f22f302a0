import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findScenario, SCENARIOS } from '../../src/measure/scenarios.ts';
import { warmUpRuns } from '../../src/measure/warm-up.ts';
import { ROOT } from '../../src/stage/stages.ts';

const folder = join(ROOT, 'loadtests');

describe('the scenarios the command knows', () => {
  it('are the scripts of loadtests/', async () => {
    const scripts = (await readdir(folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.slice(0, -3));
    expect(Object.keys(SCENARIOS).sort()).toEqual(scripts.sort());
  });

  it.each(['mixed', 'sale', 'seats', 'cancel', 'static'])('know how often %s buys', async (name) => {
    const script = await readFile(join(folder, `${name}.ts`), 'utf8');
    const weights = [...script.matchAll(/\[(\d+), (\w+)\]/g)].map(([, weight, step]) => ({
      weight: Number(weight),
      step,
    }));
    const total = weights.reduce((sum, { weight }) => sum + weight, 0);
    const purchases = weights
      .filter(({ step }) => step?.startsWith('reserve') || step === 'buy')
      .reduce((sum, { weight }) => sum + weight, 0);
    expect(total).toBe(100);
    expect(findScenario(name).purchases).toBe(purchases / total);
  });

  it.each(Object.keys(SCENARIOS))('know how many seats a purchase of %s has', async (name) => {
    const script = await readFile(join(folder, `${name}.ts`), 'utf8');
    expect(findScenario(name).seats).toBe(/reserveFour/.test(script) ? 4 : undefined);
  });

  it.each(Object.keys(SCENARIOS))('know whether %s has its tickets mailed', async (name) => {
    const script = await readFile(join(folder, `${name}.ts`), 'utf8');
    expect(findScenario(name).mailsTickets).toBe(/, buy\]|'mail'/.test(script));
  });

  it('are warmed up with purchases first where tickets are mailed, else with what they do alone', () => {
    expect(warmUpRuns('sale')).toEqual([
      { scenario: 'buy', duration: 7 },
      { scenario: 'sale', duration: 7 },
    ]);
    expect(warmUpRuns('seats')).toEqual([{ scenario: 'seats', duration: 14 }]);
  });

  it('are offered by the nearest name', () => {
    expect(() => findScenario('mixd')).toThrow('There is no scenario "mixd".');
    expect(next(() => findScenario('mixd'))).toContain('mixed');
    expect(next(() => findScenario(undefined))).toContain('browse');
  });
});

function next(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return String((error as { next?: string }).next);
  }
  return '';
}
