import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/drill/effect.ts';
import { failing, load, outcome, TURN } from './hand-made.ts';

const always = Number.POSITIVE_INFINITY;

describe('what the death of a box did', () => {
  it('nothing: no failure has a moment, and nobody waited for the heal', () => {
    const effect = effectOf([...load('list'), ...load('reserve')], TURN, always);
    expect(effect).toMatchObject({
      failed: 0,
      firstFailedMs: null,
      lastFailedMs: null,
      rightAgainMs: null,
      downMs: 4000,
      readyMs: 1000,
      p95Ms: { before: 10, down: 10 },
    });
    expect(effect.groups.reads?.needsTheBox).toBe(false);
  });

  it('is told from the first failed request to the last, by kind and by how it failed', () => {
    const effect = effectOf([...load('show'), ...load('reserve', failing(10_200, 14_500))], TURN, always);
    expect(effect).toMatchObject({
      failed: 43,
      firstFailedMs: 200,
      lastFailedMs: 4400,
      rightAgainMs: 510,
      failedRequests: { reserve: 43 },
      failures: { '503': 43 },
    });
    expect(effect.groups.reads).toMatchObject({ failed: 0, needsTheBox: false });
    expect(effect.groups.writes).toMatchObject({ failed: 43, firstFailedMs: 200, needsTheBox: true });
  });

  it('a kind that others take over while the box is still down does not need the box', () => {
    const effect = effectOf(load('list', failing(10_000, 11_000)), TURN, always);
    expect(effect.groups.reads).toMatchObject({ failed: 10, lastFailedMs: 900, needsTheBox: false });
    expect(effect.rightAgainMs).toBe(0);
  });

  it('a kind of which now and then one is answered needs the box', () => {
    const rarely = (at: number) => (at >= 10_000 && at < 14_000 && at % 1000 !== 0 ? { status: 503 } : {});
    expect(effectOf(load('list', rarely), TURN, always).groups.reads?.needsTheBox).toBe(true);
  });

  it('a kind that is only answered once the box is back needs it, though no request failed', () => {
    const waits = (sentAt: number) =>
      sentAt >= 10_000 && sentAt < 14_000 ? { tookMs: 15_100 - sentAt } : {};
    const effect = effectOf(load('list', waits), TURN, always);
    expect(effect.failed).toBe(0);
    expect(effect.slowestMs).toBe(5100);
    expect(effect.groups.reads?.needsTheBox).toBe(true);
  });

  it('a kind that is slow does not need the box: who came right before the heal had its answer after it', () => {
    const slow = (sentAt: number) => (sentAt >= 10_000 && sentAt < 14_000 ? { tookMs: 950 } : {});
    expect(effectOf(load('reserve', slow), TURN, always).groups.writes?.needsTheBox).toBe(false);
  });

  it('counts what was under way at the kill, and leaves the next box’s failures to the next', () => {
    const underWay = outcome('list', 9990, 40, 0);
    const underWayThen = outcome('list', 23_990, 40, 502);
    const next = outcome('list', 25_000, 10, 503);
    const effect = effectOf([...load('list'), underWay, underWayThen, next], TURN, 24_000);
    expect(effect).toMatchObject({ failed: 1, firstFailedMs: 0, failures: { 'no answer': 1 } });
  });

  it('a request that was never answered has timed out, and its wait counts', () => {
    const effect = effectOf([...load('list'), outcome('seats', 10_050, 5001, 0)], TURN, always);
    expect(effect).toMatchObject({ failures: { 'timed out': 1 }, slowestMs: 5001 });
  });

  it('answers that never got right again are not said to have', () => {
    expect(effectOf(load('list', failing(10_000, 99_000)), TURN, always).rightAgainMs).toBeNull();
  });
});
