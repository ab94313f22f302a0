import { beforeAll, describe, expect, it } from 'vitest';
import { type Bill, costAsRun } from '../../src/cost/as-run.ts';
import { firstFits } from '../../src/cost/first-fits.ts';
import { forecast } from '../../src/cost/forecast.ts';
import { readPrices } from '../../src/cost/prices.ts';
import { readTraffic } from '../../src/cost/traffic.ts';
import { type Part, partsOf } from '../../src/stage/parts.ts';
import { readStage } from '../../src/stage/stages.ts';
import { busy, measured } from './hand-made.ts';

const part = (name: string, kind: string, boxes: number, multiplies = false): Part => ({
  name,
  kind,
  services: [name],
  boxes,
  cores: 0.1,
  memoryGib: 0.25,
  multiplies,
});

/** A database that takes a whole core: 64 of them are not enough for ten million users. */
const HEAVY = { ...busy('db', 'db', 0.95), cores: 1 };
const USERS = [1000, 100_000, 1_000_000, 10_000_000];
const LOADS = [...[1, 2, 3].map((n) => busy(`app-${n}`, 'app', 0.9, 'app')), HEAVY];
const STAGE = measured({ stage: 3, loads: LOADS });

let bill: Bill;
beforeAll(async () => {
  const [prices, traffic] = await Promise.all([readPrices(), readTraffic()]);
  bill = { parts: [part('app', 'app', 3, true), part('db', 'db', 1)], regions: 1, prices, traffic };
});

describe('the cost of a stage as it was run', () => {
  it('is each box on the smallest rung that holds it, with its disk, and the answers that leave', () => {
    const { lines } = costAsRun(STAGE, bill);
    expect(lines.map(({ part: name, type, boxes }) => [name, type, boxes])).toEqual([
      ['app', 't3a.nano', 3],
      ['db', 'db.t4g.micro', 1],
      ['internet', null, 1],
    ]);
    expect(lines[0]?.usdPerMonth).toBeCloseTo(3 * (0.0047 * 730 + 8 * 0.08), 9);
    expect(lines[1]?.usdPerMonth).toBeCloseTo(0.016 * 730 + 20 * 0.115, 9);
  });

  it('is counted per 1,000 requests at the last rung within the SLO, not at the fastest', () => {
    const { holds, usdPerMonth, usdPerThousandRequests } = costAsRun(STAGE, bill);
    // P95 is 20 ms a user, so 8 users are the most within 200 ms.
    expect(holds?.users).toBe(8);
    const requests = (holds?.rps ?? 0) * 3600 * 730;
    expect(usdPerThousandRequests).toBeCloseTo((usdPerMonth / requests) * 1000, 12);
  });

  it('has no price per 1,000 requests where no rung was within the SLO', () => {
    const late = {
      ladder: STAGE.ladder.map((rung) => ({ ...rung, this: { ...rung.this, p95Ms: 900 } })),
    };
    expect(costAsRun(late, bill)).toMatchObject({ holds: null, usdPerThousandRequests: null });
  });

  it('refuses a kind that has no price, by name', () => {
    const parts = [part('oracle', 'mainframe', 1)];
    expect(() => costAsRun(STAGE, { ...bill, parts })).toThrow('of the kind "mainframe"');
  });
});

describe('the forecast', () => {
  const made = (stage = STAGE, stages = [STAGE]) => forecast({ stage, stages, bill, users: USERS });

  it('gives each part the vCPUs that its measured CPU per request takes at the peak', () => {
    const { demands, at } = made();
    const rps = STAGE.ladder.at(-1)?.this.rps ?? 1;
    expect(demands[0]?.cpuMicrosPerRequest).toBeCloseTo((0.27 / rps) * 1e6, 6);
    const million = at[2];
    const vcpus = ((million?.peakRps ?? 0) * (0.27 / rps)) / 0.6;
    const apps = million?.lines.find(({ part: name }) => name === 'app');
    const size = bill.prices.ladders.ec2?.find(({ type }) => type === apps?.type)?.vcpus ?? 0;
    // No step of the record says what boxes lose to each other: just as many as it takes, and not one more.
    expect((apps?.boxes ?? 0) * size).toBeGreaterThanOrEqual(vcpus);
    expect(((apps?.boxes ?? 0) - 1) * size).toBeLessThan(vcpus);
  });

  it('ends where the one database has no larger rung, and says so', () => {
    const tenMillion = made().at.at(-1);
    expect(tenMillion).toMatchObject({ fits: 'no', lines: [], usdPerMonth: null });
    expect(tenMillion?.limit).toMatchObject({ part: 'db', mostVcpus: 64 });
    expect(tenMillion?.limit?.needsVcpus).toBeGreaterThan(64);
  });

  it('never gets cheaper with more users, and has the cost within its interval', () => {
    const costs = made().at.flatMap(({ usdPerMonth }) => usdPerMonth ?? []);
    expect(costs.map(({ value }) => value)).toEqual(
      costs.map(({ value }) => value).toSorted((a, b) => a - b),
    );
    for (const { value, interval } of costs) {
      expect(interval[0]).toBeLessThanOrEqual(value);
      expect(interval[1] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(value);
    }
  });

  it('says perhaps where it fits in a part of the interval, on either side of the value', () => {
    const needs = made().at[3]?.limit?.needsVcpus ?? 0;
    /** So many users that the database needs so many vCPUs, of the 64 that there are. */
    const just = (vcpus: number) => {
      const users = Math.floor(((USERS[3] ?? 0) * vcpus) / needs);
      return forecast({ stage: STAGE, stages: [STAGE], bill, users: [users] }).at[0];
    };
    expect(just(63.9)).toMatchObject({
      fits: 'perhaps',
      limit: null,
      usdPerMonth: { interval: [expect.any(Number), null] },
    });
    expect(just(64.1)).toMatchObject({ fits: 'perhaps', limit: { part: 'db' }, usdPerMonth: null });
    expect(just(50)?.fits).toBe('yes');
    expect(just(80)?.fits).toBe('no');
  });

  it('carries on what boxes lose to each other: more of them, and a wider interval', () => {
    const lossy = measured({
      stage: 3,
      loads: [...[1, 2, 3].map((n) => busy(`app-${n}`, 'app', 0.97, 'app')), busy('db', 'db', 0.5)],
      previous: [busy('app', 'app', 0.99), busy('db', 'db', 0.2)],
      ratio: 2.9,
      interval: [2.8, 3],
    });
    const even = { ...lossy, step: null };
    const with_ = made(lossy, [lossy]).at[3];
    const without = made(even, [even]).at[3];
    expect(with_?.usdPerMonth?.value).toBeGreaterThan(without?.usdPerMonth?.value ?? 0);
    const width = (at: typeof with_): number =>
      (at?.usdPerMonth?.interval[1] ?? Number.POSITIVE_INFINITY) - (at?.usdPerMonth?.interval[0] ?? 0);
    expect(width(with_)).toBeGreaterThan(width(without));
  });

  it('is the same twice, and survives being written down', () => {
    const once = made();
    expect(made()).toEqual(once);
    expect(JSON.parse(JSON.stringify(once))).toEqual(once);
  });

  it('names the first stage that carries so many users, and leaves void ones out', () => {
    const large = { ...bill, parts: [part('app', 'app', 3, true), part('db', 'replica', 1, true)] };
    const later = measured({ stage: 4, loads: LOADS });
    const void_ = measured({ stage: 5, loads: LOADS, valid: false });
    const forecasts = [
      made(),
      forecast({ stage: later, stages: [later], bill: large, users: USERS }),
      forecast({ stage: void_, stages: [later], bill: large, users: USERS }),
    ];
    expect(firstFits(forecasts, USERS).map(({ surely }) => surely)).toEqual([3, 3, 3, 4]);
    expect(firstFits(forecasts.slice(2), USERS).map(({ surely }) => surely)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('takes every stage as its compose file has it', async () => {
    for (let number = 1; number <= 9; number++) {
      const file = await readStage(number);
      const parts = partsOf(file);
      const loads = parts.flatMap(({ kind, services }) =>
        services.map((service) => busy(service, kind, 0.5)),
      );
      const stage = measured({ stage: number, loads });
      const { at, asRun } = forecast({ stage, stages: [stage], bill: { ...bill, parts }, users: USERS });
      expect(at[0]?.fits, `stage ${number}`).toBe('yes');
      expect(asRun.usdPerMonth).toBeGreaterThan(10);
    }
  });
});
