// Watches promise P1.
import { expect, it } from 'vitest';
import { leaderOf, type Seen } from '../../src/failover/databases.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { lookOnceOver } from '../../src/failover/prove.ts';
import type { Runtime, StackState } from '../../src/runtime/runtime.ts';

const state = {
  stage: 4,
  slot: 0,
  boxes: [
    { name: 'app-1', kind: 'app', service: 'app', state: 'ready' },
    { name: 'db', kind: 'db', service: 'db', state: 'ready' },
    { name: 'replica-1', kind: 'replica', service: 'replica-1', state: 'ready' },
  ],
} as unknown as StackState;

function seen(name: string, role: Seen['role'], more: Partial<Seen> = {}): Seen {
  const position = role === 'silent' ? null : '0/1';
  const settings = { synchronousStandbys: null, synchronousCommit: null };
  return { name, role, timeline: 1, position, promoting: false, ...settings, ...more };
}

/** A stack whose databases give these answers in turn, and repeat the last one forever. */
function saying(...answers: readonly (readonly Seen[])[]): Runtime {
  let asked = 0;
  const next = () => answers[Math.min(asked++, answers.length - 1)];
  const exec = async () => ({ code: 0, stdout: JSON.stringify({ databases: next() }), stderr: '' });
  return { exec } as unknown as Runtime;
}

const journal = (untilMs: number): Journal => ({
  startedAt: '',
  underWay: 'db',
  promoting: { candidates: ['replica-1'], until: Date.now() + untilMs },
  past: [],
});
const standing = [seen('db', 'silent'), seen('replica-1', 'standby')];
const signal = AbortSignal.timeout(20_000);

it('waits until an earlier failover can no longer promote a database', async () => {
  const before = journal(700);
  expect(await lookOnceOver(saying(standing), state, before, signal)).toEqual(standing);
  expect(Date.now()).toBeGreaterThan(before.promoting?.until ?? 0);
});

it('stops waiting for an earlier failover when a database leads or was asked to lead', async () => {
  for (const last of [seen('replica-1', 'primary'), seen('replica-1', 'standby', { promoting: true })]) {
    const before = journal(60_000);
    const now = [seen('db', 'silent'), last];
    expect(await lookOnceOver(saying(standing, now), state, before, signal)).toEqual(now);
  }
});

it('can be interrupted while it waits for an earlier failover', async () => {
  const interrupted = AbortSignal.timeout(200);
  await expect(lookOnceOver(saying(standing), state, journal(60_000), interrupted)).rejects.toThrow();
});

it('takes the database that the last failover promoted for the leader, also when another one claims to lead', () => {
  const past = [{ at: '', from: 'db', to: 'replica-1', sync: 'on' as const }];
  const after = { startedAt: '', underWay: null, past };
  const awake = seen('db', 'primary', { timeline: 9 });
  for (const role of ['primary', 'silent'] as const)
    expect(leaderOf(state, after, [awake, seen('replica-1', role)])).toBe('replica-1');
  // The journal knows nothing of a failover that was done without this tool.
  expect(leaderOf(state, after, [awake, seen('replica-1', 'standby')])).toBe('db');
});
