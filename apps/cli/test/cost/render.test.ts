import { describe, expect, it } from 'vitest';
import { assumptionsOf } from '../../src/cost/assumptions.ts';
import { firstFits } from '../../src/cost/first-fits.ts';
import { forecast } from '../../src/cost/forecast.ts';
import { readPrices } from '../../src/cost/prices.ts';
import { readTraffic } from '../../src/cost/traffic.ts';
import { dollars } from '../../src/report/dollars.ts';
import { renderForecast } from '../../src/report/forecast.ts';
import { partsOf } from '../../src/stage/parts.ts';
import { readStage } from '../../src/stage/stages.ts';
import { busy, measured } from './hand-made.ts';

async function text(valid: boolean): Promise<string> {
  const [prices, traffic, file] = await Promise.all([readPrices(), readTraffic(), readStage(3)]);
  const loads = [
    busy('lb', 'lb', 0.5),
    ...[1, 2, 3].map((n) => busy(`app-${n}`, 'app', 0.9, 'app')),
    { ...busy('db', 'db', 0.95), cores: 1 },
  ];
  const stage = measured({ stage: 3, loads, valid });
  const bill = { parts: partsOf(file), regions: 1, prices, traffic };
  const made = forecast({ stage, stages: [stage], bill, users: traffic.users });
  return renderForecast({
    forecast: made,
    firstFits: firstFits([made], traffic.users),
    assumptions: assumptionsOf(traffic),
    prices,
  });
}

describe('the forecast in words', () => {
  it('has the cost, the law, every assumption, the source and day of the prices, and where it was measured', async () => {
    const said = await text(true);
    for (const expected of [
      'per 1,000 requests',
      'Law of scalability over 6 rungs: λ 25 (',
      'db needs',
      'the most is 64',
      'First to carry 1k users: stage 3',
      'First to carry 10M users: none',
      'requests per user per day: 20 (',
      'one vCPU does what one core of the measured machine does',
      'Amazon Web Services, us-east-1, read 2026-11-22; lists dated 2026-01-19',
      'https://aws.amazon.com/rds/postgresql/pricing/',
      '2 × hand-made; commit 000000000000',
      '\nvalid\n',
    ])
      expect(said).toContain(expected);
  });

  it('of a void stage says that it is, and why, and lets it carry nobody', async () => {
    const said = await text(false);
    expect(said).toContain('VOID\n  k6 was short of processor');
    expect(said).toContain('First to carry 1k users: none');
  });

  it.each([
    [12_345.6, '$12,346'],
    [9.5, '$9.50'],
    [0.000_421, '$0.00042'],
  ])('writes %d dollars as %s', (usd, expected) => expect(dollars(usd)).toBe(expected));
});
