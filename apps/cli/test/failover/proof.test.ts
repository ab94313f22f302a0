// Watches promise P1.
import { describe, expect, it } from 'vitest';
import type { Seen } from '../../src/failover/databases.ts';
import { provedBefore } from '../../src/failover/failover.ts';
import { proofOf } from '../../src/failover/proof.ts';

const REPLICAS = ['replica-1', 'replica-2', 'replica-3'];

function seen(name: string, role: Seen['role'], position: number, settings: Partial<Seen> = {}): Seen {
  const answers = role !== 'silent';
  return {
    name,
    role,
    timeline: answers ? 1 : null,
    position: answers ? `0/${position.toString(16).toUpperCase()}` : null,
    synchronousStandbys: answers ? 'ANY 1 (db,"replica-1","replica-2")' : null,
    synchronousCommit: answers ? 'on' : null,
    ...settings,
  };
}

describe('a failover is proved', () => {
  it('while every member of the quorum answers', () => {
    const all = [seen('db', 'silent', 0), seen('replica-1', 'standby', 9), seen('replica-2', 'standby', 7)];
    expect(proofOf(all, 'db')).toEqual({ kind: 'complete' });
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
    expect(proofOf(all(9), 'db')).toEqual({ kind: 'complete' });
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
            for (const primary of ['primary', 'silent', 'alone'] as const) {
              const names = REPLICAS.slice(0, members);
              const setting = `ANY ${confirmations} (db,${names.map((name) => `"${name}"`).join(',')})`;
              const received = names.map((_, index) => Math.floor(lags / 4 ** index) % 4);
              const settings = { synchronousStandbys: setting };
              const replicas = names.map((name, index) =>
                (silence >> index) % 2 === 1
                  ? seen(name, 'silent', 0)
                  : seen(name, 'standby', received[index] ?? 0, settings),
              );
              const db =
                primary === 'silent'
                  ? seen('db', 'silent', 0)
                  : seen('db', 'primary', 3, {
                      ...settings,
                      synchronousCommit: primary === 'alone' ? 'local' : 'on',
                    });
              if (proofOf([db, ...replicas], 'db').kind !== 'complete') continue;
              proved += 1;
              const acknowledged =
                primary === 'alone' ? 3 : ([...received].sort((a, b) => b - a)[confirmations - 1] ?? 0);
              const best = Math.max(...received.filter((_, index) => (silence >> index) % 2 === 0));
              expect(best).toBeGreaterThanOrEqual(acknowledged);
            }
    expect(proved).toBeGreaterThan(100);
  });
});

describe('a failover that was cut short and is run again', () => {
  const promoted = [
    seen('db', 'primary', 9),
    seen('replica-1', 'primary', 9, { timeline: 2 }),
    seen('replica-2', 'silent', 0),
  ];
  const notPromoted = [seen('db', 'silent', 0), seen('replica-1', 'standby', 7)];

  it.each([
    ['was proved, before the promotion', 'complete', notPromoted, 'complete'],
    ['was proved, after the promotion', 'complete', promoted, 'complete'],
    ['was insisted on, after the promotion: it stays lossy', 'unproved', promoted, 'unproved'],
    ['was insisted on, before the promotion: it is proved again', 'unproved', notPromoted, undefined],
  ] as const)('%s', (_, proof, databases, expected) => {
    expect(provedBefore({ underWay: 'db', proof }, databases)).toBe(expected);
  });

  it('takes no stale primary for a promotion when none is under way', () => {
    expect(provedBefore({ underWay: null }, promoted)).toBeUndefined();
  });
});
