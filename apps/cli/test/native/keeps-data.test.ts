// Watches promise P12.
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeLeader } from '../../src/runtime/native/leader.ts';
import type { Preparation } from '../../src/runtime/native/plan.ts';
import { prepare } from '../../src/runtime/native/supervisor/prepare.ts';

const DATABASE_SH = resolve(import.meta.dirname, '../../../../stages/postgres/database.sh');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keeps-data-'));
  await mkdir(join(folder, 'template'));
  await writeFile(join(folder, 'template', 'PG_VERSION'), '18');
});
afterEach(() => rm(folder, { recursive: true }));

const data = () => join(folder, 'data', 'box');
const template = () => join(folder, 'template');
/** Nobody listens there. */
const member = (primary: string): Preparation => ({
  ...{ do: 'member', template: template(), data: data(), slot: 'box', peers: {} },
  primaryUrl: `postgres://tickets:tickets@${primary}:1/tickets`,
});

const KINDS = {
  'the only database': () => ({ do: 'copy-template', template: template(), data: data() }),
  'a primary with replicas': () => member('box'),
  'a broker': () => ({ do: 'copy-folder', template: template(), data: data() }),
} satisfies Record<string, () => Preparation>;

describe.each(Object.entries(KINDS))('natively, %s', (_, step) => {
  it('gets data at its first start and keeps it at the next', async () => {
    await prepare(step(), 'box');
    await writeFile(join(data(), 'sale'), 'Ada');
    await prepare(step(), 'box');
    expect(await readFile(join(data(), 'sale'), 'utf8')).toBe('Ada');
  });

  it('does not begin again with nothing once its data is gone', async () => {
    await prepare(step(), 'box');
    await rm(data(), { recursive: true });
    await expect(prepare(step(), 'box')).rejects.toThrow(/its data is gone from .*data\/box/);
    expect(existsSync(data())).toBe(false);
  });

  it('uses the data again once it is back', async () => {
    await prepare(step(), 'box');
    await rm(data(), { recursive: true });
    await prepare(step(), 'box').catch(() => undefined);
    await mkdir(data());
    await writeFile(join(data(), 'PG_VERSION'), '18');
    await writeFile(join(data(), 'sale'), 'Ada');
    await prepare(step(), 'box');
    expect(await readFile(join(data(), 'sale'), 'utf8')).toBe('Ada');
  });
});

it.each(['whole', 'damaged'])(
  'natively, a fenced primary keeps its %s data while nobody leads',
  async (condition) => {
    await prepare(member('box'), 'box');
    await writeFile(join(data(), 'sale'), 'Ada');
    if (condition === 'damaged') await rm(join(data(), 'PG_VERSION'));
    await writeLeader(data(), '-');
    await expect(prepare(member('box'), 'box')).rejects.toThrow(/it was fenced/);
    expect(await readFile(join(data(), 'sale'), 'utf8')).toBe('Ada');
  },
);

/** While a failover is under way: what is noted of a box, what its data is, and whether it may start with it. */
const UNDER_WAY = [
  ['=', 'a primary', true],
  ['=', 'a standby', true],
  ['=', 'nothing', false],
  ['-', 'a primary', false],
  ['-', 'a standby', true],
  ['-', 'nothing', false],
] as const;

describe('natively, while a failover is under way', () => {
  it.each(UNDER_WAY)(
    'a box that is noted as "%s" and has the data of %s starts: %s',
    async (noted, kind, may) => {
      if (kind !== 'nothing') {
        await mkdir(data(), { recursive: true });
        await writeFile(join(data(), 'PG_VERSION'), '18');
        await writeFile(join(data(), 'sale'), 'Ada');
      }
      if (kind === 'a standby') await writeFile(join(data(), 'standby.signal'), '');
      await mkdir(join(folder, 'data'), { recursive: true });
      await writeLeader(data(), noted);
      const started = prepare(member('db'), 'box');
      if (may) await started;
      else await expect(started).rejects.toThrow(/run the failover again/);
      if (kind === 'nothing') expect(existsSync(data())).toBe(false);
      else expect(await readFile(join(data(), 'sale'), 'utf8')).toBe('Ada');
    },
  );
});

describe('in Compose, a database that has to copy its leader', () => {
  /** `psql` answers as a primary, `pg_basebackup` makes a folder, and Postgres itself is not started. */
  const stubs = {
    psql: 'case "$*" in *pg_is_in_recovery*) echo "${IN_RECOVERY:-f}";; *wal_status\\ FROM*) echo "${WAL_STATUS:-reserved}";; esac',
    pg_basebackup:
      '[ -z "${COPY_FAILS:-}" ] || exit 1; for word; do case "$word" in --pgdata=*) folder=${word#*=};; esac; done; mkdir -p "$folder"; echo 18 > "$folder/PG_VERSION"; echo copy > "$folder/copy"',
    'docker-entrypoint.sh': 'echo started "$@"',
  };
  const pgdata = () => join(folder, 'volume', '18');

  async function start(leader: string | null, environment: Record<string, string> = {}) {
    for (const [name, body] of Object.entries(stubs)) {
      await mkdir(join(folder, 'bin'), { recursive: true });
      await writeFile(join(folder, 'bin', name), `#!/usr/bin/env bash\n${body}\n`);
      await chmod(join(folder, 'bin', name), 0o755);
    }
    if (leader !== null) await writeFile(join(folder, 'leader'), `${leader}\n`);
    return await execa('bash', [DATABASE_SH, 'postgres'], {
      env: {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        PGDATA: pgdata(),
        LEADER_FILE: join(folder, 'leader'),
        PRIMARY_URL: 'postgres://tickets:tickets@db:5432/tickets',
        REPLICATION_SLOT: 'db',
        ...environment,
      },
      reject: false,
    });
  }
  async function hasSale(files: Record<string, string> = { PG_VERSION: '18' }): Promise<void> {
    await mkdir(pgdata(), { recursive: true });
    for (const [name, text] of Object.entries({ sale: 'Ada', ...files }))
      await writeFile(join(pgdata(), name), text);
  }
  const asides = async () =>
    (await readdir(join(folder, 'volume'))).filter((name) => name.includes('.aside-'));

  it('stays as it is while it leads', async () => {
    await hasSale();
    expect((await start(null)).stdout).toBe('started postgres');
    expect(await readFile(join(pgdata(), 'sale'), 'utf8')).toBe('Ada');
  });

  it.each([
    ['whole', { PG_VERSION: '18' }],
    ['damaged', {}],
  ])('sets its %s data aside', async (_, files) => {
    await hasSale(files);
    expect((await start('replica-1')).stdout).toBe('started postgres');
    expect(existsSync(join(pgdata(), 'copy'))).toBe(true);
    const [aside = ''] = await asides();
    expect(await readFile(join(folder, 'volume', aside, 'sale'), 'utf8')).toBe('Ada');
  });

  it.each([
    ['nobody leads', '-', {}],
    ['its leader is a replica itself', 'replica-1', { IN_RECOVERY: 't' }],
    ['the copy fails', 'replica-1', { COPY_FAILS: 'yes' }],
  ])('keeps its data where it was when %s, and does not start', async (_, leader, environment) => {
    await hasSale();
    const { exitCode, stdout } = await start(leader, environment);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(await readFile(join(pgdata(), 'sale'), 'utf8')).toBe('Ada');
    expect(await asides()).toEqual([]);
  });

  it.each([
    ['is copied again', 'lost', 1],
    ['stays as it is', 'reserved', 0],
  ])('that follows its leader %s when the log that it lacks is %s', async (_, status, copies) => {
    await hasSale({
      PG_VERSION: '18',
      'standby.signal': '',
      'postgresql.auto.conf': "primary_conninfo = 'host=replica-1 port=5432 user=tickets'\n",
    });
    expect((await start('replica-1', { WAL_STATUS: status })).stdout).toBe('started postgres');
    expect(await asides()).toHaveLength(copies);
  });

  it.each(UNDER_WAY)(
    'that is noted as "%s" while a failover is under way, and has the data of %s, starts: %s',
    async (noted, kind, may) => {
      await mkdir(join(folder, 'volume'), { recursive: true });
      if (kind !== 'nothing')
        await hasSale({ PG_VERSION: '18', ...(kind === 'a standby' ? { 'standby.signal': '' } : {}) });
      const { exitCode, stdout, stderr } = await start(noted);
      expect({ exitCode, stdout }).toEqual(
        may ? { exitCode: 0, stdout: 'started postgres' } : { exitCode: 1, stdout: '' },
      );
      if (!may) expect(stderr).toMatch(/run the failover again/);
      expect(await asides()).toEqual([]);
    },
  );
});
