import { describe, expect, it } from 'vitest';
import { mulberry32 } from '../../../src/measure/bootstrap.ts';
import { bucket } from '../../../src/runtime/native/limiter/bucket.ts';

const PERIOD = 50_000;

describe('a quota', () => {
  it('gives its share in each period, and keeps what one period gives', () => {
    const db = bucket(0.1, PERIOD, 0);
    expect(db.balance).toBe(5000);
    expect(db.refill(49)).toBe(0);
    expect(db.refill(50)).toBe(1);
    expect(db.balance).toBe(10_000);
    expect(db.refill(1000)).toBe(19);
    expect(db.balance).toBe(10_000);
  });

  it.each([
    [0, 50],
    [1000, 50],
    [4999, 50],
    [5000, 100],
    [12_000, 150],
  ])('that is overdrawn by %i µs is paid back after %i ms', (overdrawn, afterMs) => {
    const db = bucket(0.1, PERIOD, 0);
    db.spend(5000 + overdrawn);
    expect(db.paidBackAt()).toBe(afterMs);
    db.refill(afterMs - 1);
    expect(db.balance).toBeLessThanOrEqual(0);
    db.refill(afterMs);
    expect(db.balance).toBeGreaterThan(0);
  });

  it('holds on average, however unevenly a box that always wants more is looked at', () => {
    const seed = Math.floor(Math.random() * 1e6);
    const random = mulberry32(seed);
    const share = 0.05 + 0.2 * random();
    const one = bucket(share, PERIOD, 0);
    let used = 0;
    let now = 0;
    while (now < 20_000) {
      // Stopped until it is paid back; then it takes up to two processors until it is looked at again.
      if (one.balance <= 0) now = Math.max(now, one.paidBackAt() + 3 * random());
      else {
        const lookedAfter = 2 + 20 * random();
        const spent = lookedAfter * 1000 * (1 + random());
        one.spend(spent);
        used += spent;
        now += lookedAfter;
      }
      one.refill(now);
    }
    const got = used / 1000 / now;
    expect(got / share, `seed ${seed}, share ${share}`).toBeGreaterThan(0.98);
    expect(got / share, `seed ${seed}, share ${share}`).toBeLessThan(1.03);
  });
});
