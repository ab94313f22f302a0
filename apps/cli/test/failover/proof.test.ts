// Watches promise P1.
import { describe, expect, it } from 'vitest';
import type { Seen } from '../../src/failover/databases.ts';
import { isUnconfirmed } from '../../src/failover/journal.ts';
import { proofOf } from '../../src/failover/proof.ts';
import { isPromoted } from '../../src/failover/prove.ts';
import { canBeTakenBack } from '../../src/failover/take-back.ts';

const REPLICAS = ['replica-1', 'replica-2', 'replica-3'];

function seen(name: string, role: Seen['role'], position: number, settings: Partial<Seen> = {}): Seen {
  const answers = role !== 'silent';
  return {
    name,
    role,
    timeline: answers ? 1 : null,
    promoting: false,
    position: answers ? `0/${position.toString(16).toUpperCase()}` : null,
    synchronousStandbys: answers ? 'ANY 1 (db,"replica-1","replica-2")' : null,
    synchronousCommit: answers ? 'on' : null,
    ...settings,
  };
}

describe('a failover is proved', () => {
  it('while every member of the quorum answers', () => {
    const all = [seen('db', 'silent', 0), seen('replica-1', 'standby', 9), seen('replica-2', 'standby', 7)];
    expect(proofOf(all, 'db')).toEqual({ kind: 'quorum' });
  });

  it('not while a sale may be on the silent member alone, which is named', () => {
    const all = [seen('db', 'silent', 0), seen('replica-1', 'silent', 0), seen('replica-2', 'standby', 7)];
    expect(proofOf(all, 'db')).toMatchObject({ kind: 'unproved', silent: ['replica-1', 'db'] });
  });

  it('without the silent member once the primary answers and the other one has its whole log', () => {
    const all = (received: number) => [
      seen('db', 'primary', 9),
      seen('replica-1', 'silent', 0),
      seen('replica-2', 'standby', received),
    ];
    expect(proofOf(all(8), 'db')).toMatchObject({ kind: 'unproved', silent: ['replica-1'] });
    expect(proofOf(all(9), 'db')).toEqual({ kind: 'received' });
  });

  it('only by the primary while it commits alone', () => {
    const alone = { synchronousCommit: 'local' };
    const all = [
      seen('db', 'primary', 9, alone),
      seen('replica-1', 'standby', 8),
      seen('replica-2', 'standby', 7),
    ];
    expect(proofOf(all, 'db')).toMatchObject({ kind: 'unproved' });
  });

  it('not by its replicas while it committed alone and is gone, until one has caught up and confirms again', () => {
    const all = [seen('db', 'silent', 0), seen('replica-1', 'standby', 8), seen('replica-2', 'standby', 7)];
    const failed = { at: '', from: 'replica-1', to: 'db', sync: 'suspended' as const };
    const journal = { startedAt: '', underWay: null, past: [failed] };
    const unconfirmed = isUnconfirmed(journal);
    expect(proofOf(all, 'db', { unconfirmed })).toMatchObject({ kind: 'unproved', silent: ['db'] });
    const resumed = isUnconfirmed({ ...journal, past: [{ ...failed, resumed: true }] });
    expect(proofOf(all, 'db', { unconfirmed: resumed })).toEqual({ kind: 'quorum' });
  });

  it('by the last position of a primary that took no more writes, also once it is gone', () => {
    const all = [seen('db', 'silent', 0), seen('replica-1', 'silent', 0), seen('replica-2', 'standby', 7)];
    const end = (position: string, timeline = 1) => ({ written: { timeline, position }, fenced: true });
    expect(proofOf(all, 'db', end('0/7'))).toEqual({ kind: 'received' });
    expect(proofOf(all, 'db', end('0/8'))).toMatchObject({ kind: 'unproved' });
    // A position on an earlier timeline tells nothing of what was written on a later one.
    expect(proofOf(all, 'db', end('0/7', 2))).toMatchObject({ kind: 'unproved' });
    expect(proofOf(all, 'db', { ...end('0/7'), fenced: false })).toMatchObject({ kind: 'unproved' });
  });

  it('not while a database is silent that may have been promoted already, whatever the others have', () => {
    const all = [seen('db', 'silent', 0), seen('replica-1', 'silent', 0), seen('replica-2', 'standby', 7)];
    const known = { written: { timeline: 1, position: '0/7' }, fenced: true };
    for (const setting of ['ANY 1 (db,"replica-1","replica-2")', '']) {
      const sync = all.map((one) => ({
        ...one,
        synchronousStandbys: one.role === 'silent' ? null : setting,
      }));
      expect(proofOf(sync, 'db', known).kind).not.toBe('unproved');
      expect(proofOf(sync, 'db', { ...known, mayLead: ['replica-1', 'replica-2'] })).toMatchObject({
        kind: 'unproved',
        silent: ['replica-1'],
      });
    }
  });

  it('not while a member of a quorum of all (`*`) is silent', () => {
    const any = { synchronousStandbys: 'ANY 1 (*)' };
    const all = [
      seen('db', 'silent', 0),
      seen('replica-1', 'silent', 0),
      seen('replica-2', 'standby', 7, any),
    ];
    expect(proofOf(all, 'db')).toMatchObject({ kind: 'unproved', silent: ['replica-1', 'db'] });
  });

  it('not by a member that is a primary itself, left over from before', () => {
    const all = [seen('db', 'silent', 0), seen('replica-1', 'primary', 9), seen('replica-2', 'standby', 7)];
    expect(proofOf(all, 'db')).toMatchObject({ kind: 'unproved', silent: ['replica-1', 'db'] });
  });

  it('never where commits wait for no replica', () => {
    const off = { synchronousStandbys: '' };
    expect(proofOf([seen('db', 'silent', 0), seen('replica-1', 'standby', 7, off)], 'db')).toEqual({
      kind: 'asynchronous',
    });
  });

  it('never when an acknowledged commit could be missing, whatever answers, confirms and lags', () => {
    let proved = 0;
    for (let members = 1; members <= 3; members += 1)
      for (let confirmations = 1; confirmations <= members; confirmations += 1)
        for (let silence = 0; silence < 2 ** members; silence += 1)
          for (let lags = 0; lags < 4 ** members; lags += 1)
            for (const primary of [
              'primary',
              'silent',
              'alone',
              'unconfirmed',
              'unconfirmed and silent',
            ] as const) {
              const isSilent = primary.endsWith('silent');
              const unconfirmed = primary.startsWith('unconfirmed');
              const names = REPLICAS.slice(0, members);
              const setting = `ANY ${confirmations} (db,${names.map((name) => `"${name}"`).join(',')})`;
              const received = names.map((_, index) => Math.floor(lags / 4 ** index) % 4);
              const settings = { synchronousStandbys: setting };
              const replicas = names.map((name, index) =>
                (silence >> index) % 2 === 1
                  ? seen(name, 'silent', 0)
                  : seen(name, 'standby', received[index] ?? 0, settings),
              );
              const db = isSilent
                ? seen('db', 'silent', 0)
                : seen('db', 'primary', 3, {
                    ...settings,
                    synchronousCommit: primary === 'alone' ? 'local' : 'on',
                  });
              const proof = proofOf([db, ...replicas], 'db', { unconfirmed });
              if (!['quorum', 'received'].includes(proof.kind)) continue;
              proved += 1;
              const acknowledged =
                primary === 'alone' || unconfirmed
                  ? 3
                  : ([...received].sort((a, b) => b - a)[confirmations - 1] ?? 0);
              const best = Math.max(...received.filter((_, index) => (silence >> index) % 2 === 0));
              expect(best).toBeGreaterThanOrEqual(acknowledged);
            }
    expect(proved).toBeGreaterThan(100);
  });
});

it('can be taken back only where it was cut short, and every other database answers as a standby that nobody asked to lead', () => {
  const all = [seen('db', 'silent', 0), seen('replica-1', 'standby', 9), seen('replica-2', 'standby', 7)];
  expect(canBeTakenBack({ underWay: 'db' }, all)).toBe(true);
  expect(canBeTakenBack({ underWay: null }, all)).toBe(false);
  for (const role of ['silent', 'primary'] as const)
    expect(canBeTakenBack({ underWay: 'db' }, [...all.slice(0, 2), seen('replica-2', role, 7)])).toBe(false);
  // Fenced, and still there: it leads again, too.
  expect(canBeTakenBack({ underWay: 'db' }, [seen('db', 'primary', 9), ...all.slice(1)])).toBe(true);
  const asked = seen('replica-2', 'standby', 7, { promoting: true });
  expect(canBeTakenBack({ underWay: 'db' }, [...all.slice(0, 2), asked])).toBe(false);
});

it('counts as promoted only by another database that leads or was asked to, of a failover that is under way', () => {
  const promoted = [
    seen('db', 'primary', 9),
    seen('replica-1', 'primary', 9, { timeline: 2 }),
    seen('replica-2', 'silent', 0),
  ];
  const notPromoted = [seen('db', 'primary', 9), seen('replica-1', 'standby', 7)];
  const asked = [seen('db', 'primary', 9), seen('replica-1', 'standby', 7, { promoting: true })];
  expect(isPromoted({ underWay: 'db' }, asked)).toBe(true);
  expect(isPromoted({ underWay: 'db' }, promoted)).toBe(true);
  expect(isPromoted({ underWay: 'db' }, notPromoted)).toBe(false);
  expect(isPromoted({ underWay: null }, promoted)).toBe(false);
});
