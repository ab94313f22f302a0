import { readPrices } from '@scaling/cli/cost/prices';
import { describe, expect, it } from 'vitest';
import { billFor } from '../src/cost/bill.ts';
import { LEFT_OUT } from '../src/cost/left-out.ts';
import { renderBills } from '../src/cost/render.ts';
import { standingCost } from '../src/cost/standing.ts';
import { STACKS, stack } from './stacks.ts';

const prices = await readPrices();

describe('what a stage costs', () => {
  it.each(STACKS)('$name: every resource has a price or none on purpose', ({ text }) => {
    expect(standingCost(text, prices).length).toBeGreaterThan(0);
  });

  it('counts a database in two zones twice, its disk too', () => {
    const { ladders, hoursPerMonth, kinds } = prices;
    const perHour = ladders.rds?.find(({ type }) => type === 'db.m7g.large')?.usdPerHour ?? 0;
    const disk =
      'storage' in (kinds.db ?? {}) ? (kinds.db as { storage: { usdPerGbMonth: number } }).storage : null;
    const each = perHour * hoursPerMonth + 100 * (disk?.usdPerGbMonth ?? 0);
    const of = (name: string, what: string): number | undefined =>
      standingCost(stack(name).text, prices).find((line) => line.what === what)?.usdPerMonth;
    expect(of('prod-3', 'RDS')).toBeCloseTo(each);
    expect(of('prod-4', 'RDS, two zones')).toBeCloseTo(2 * each);
    // Its two replicas.
    expect(of('prod-4', 'RDS')).toBeCloseTo(2 * each);
  });

  it('is less where less stands, and where nobody comes', async () => {
    const names = ['dev-7', 'staging-7', 'prod-7'];
    const usd = await Promise.all(names.map(async (name) => (await billFor(stack(name).plan)).usdPerMonth));
    expect(usd).toEqual([...usd].sort((a, b) => a - b));
    const dev = await billFor(stack('dev-3').plan);
    expect([dev.rps, dev.byUse]).toEqual([0, []]);
  });

  it('is told with the source and date of its prices, and with what it leaves out', async () => {
    const bills = await Promise.all(['prod-1', 'prod-2'].map((name) => billFor(stack(name).plan)));
    const sources = { ...prices.sources, ...prices.deployed.sources };
    const text = renderBills(bills, { ...prices, sources });
    expect(text).toContain(`read ${prices.date}`);
    expect(text).toContain('https://aws.amazon.com/fargate/pricing/');
    for (const each of LEFT_OUT) expect(text).toContain(each);
  });
});
