import { describe, expect, it } from 'vitest';
import { betterUsers, usersFor } from '../../src/measure/users-at-limit.ts';

const reached = { users: 20, rps: 300, p95Ms: 150, share: 0.99 };

describe('how many users bring a stage to its limit', () => {
  it('as many as its capacity keeps waiting for 60 ms, two at the least', () => {
    expect(usersFor(300)).toBe(18);
    expect(usersFor(301)).toBe(19);
    expect(usersFor(5)).toBe(2);
  });

  it('stays with what saturates the fullest box within 200 ms', () => {
    expect(betterUsers(reached)).toBe(20);
  });

  it('takes more while the fullest box has time left: a few if little is missing, as many as its capacity asks for', () => {
    expect(betterUsers({ ...reached, share: 0.95 })).toBe(22);
    expect(betterUsers({ ...reached, share: 0.8 })).toBe(26);
    expect(betterUsers({ ...reached, rps: 800, share: 0.8 })).toBe(48);
  });

  it('takes fewer where requests queue too long, and never fewer than two', () => {
    expect(betterUsers({ ...reached, p95Ms: 210 })).toBe(18);
    expect(betterUsers({ ...reached, users: 3, p95Ms: 210 })).toBe(2);
    expect(betterUsers({ ...reached, users: 2, p95Ms: 210 })).toBe(2);
  });

  it('changes nothing where both are so: the machine was busy with something else', () => {
    expect(betterUsers({ ...reached, p95Ms: 250, share: 0.9 })).toBe(20);
  });

  it('takes as many as the capacity asks for where answers come soon: a box with more to do wastes less', () => {
    expect(betterUsers({ ...reached, p95Ms: 90 })).toBe(20);
    expect(betterUsers({ ...reached, rps: 500, p95Ms: 90 })).toBe(30);
  });
});
