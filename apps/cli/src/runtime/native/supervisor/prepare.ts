import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { AS_IT_IS } from '../../runtime.ts';
import { folderBytes } from '../folder-bytes.ts';
import { follows, isStandby, NOBODY, readLeader } from '../leader.ts';
import type { Preparation } from '../plan.ts';
import { copyPrimary } from './copy-primary.ts';

type Member = Extract<Preparation, { do: 'member' }>;

const run = promisify(execFile);
const CONNECT_DEADLINE_MS = 20_000;
const ASK_DEADLINE_MS = 500;
/** Of what the former data takes: a primary may have grown meanwhile, and other boxes write too. */
const ROOM_FOR_COPY = 1.5;

/**
 * Do what a box needs before its program starts. Safe to repeat: what is already there stays, but for the data of a
 * database that has to follow another one than it did: a former primary above all, which comes back as a copy. Its former
 * data is set aside. A box that had data which no other box has never begins again with nothing.
 *
 * @throws Error when its data is gone, or cannot be replaced now
 */
export async function prepare(step: Preparation, box: string): Promise<void> {
  if (step.do === 'fresh-folder') return freshFolder(step);
  if (step.do === 'own-folder') {
    await mkdir(step.data, { recursive: true });
    return;
  }
  if (step.do === 'copy-folder') {
    if (!existsSync(step.data)) refuseWithoutData(step.data);
    return copyFolder(step);
  }
  const present = existsSync(join(step.data, 'PG_VERSION'));
  const leader = step.do === 'member' ? await leaderOf(step) : box;
  const fits =
    leader === box ||
    leader === AS_IT_IS ||
    // Whoever leads, a standby decides nothing; and what it has of the log may be what a failover waits for.
    (leader === NOBODY && isStandby(step.data)) ||
    ((await follows(step.data, wayTo(step, leader))) && !(await missedTooMuch(step, leader)));
  if (present && fits) {
    await noteData(step.data);
    return removeStalePid(step.data);
  }
  if (leader === NOBODY || leader === AS_IT_IS)
    throw new Error('it was fenced, and no other database leads yet: run the failover again');
  await mkdir(dirname(step.data), { recursive: true });
  const partial = `${step.data}.partial`;
  await rm(partial, { recursive: true, force: true });
  const isOnlyOne = step.do === 'copy-template' || leader === box;
  if (isOnlyOne) refuseWithoutData(step.data);
  if (present) await refuseToFillDisk(step.data);
  if (isOnlyOne) await takeCopy(step, partial);
  else await makeStandby(step, leader, partial, box);
  if (existsSync(step.data)) await setAside(step.data, box);
  // Whole or not there at all: a copy that was cut short never passes for a database.
  await rename(partial, step.data);
  await noteData(step.data);
}

/** Give a box's data to the user that it runs as. What was copied, or written for it, is root's. */
export async function giveTo(user: number, data: string): Promise<void> {
  if (existsSync(data)) await run('chown', ['-R', `${user}:${user}`, data]);
}

/** Beside the data: the box has had some. It outlives the data, and goes with `down`. */
const noteOf = (data: string): string => `${data}.made`;

async function noteData(data: string): Promise<void> {
  if (!existsSync(noteOf(data))) await writeFile(noteOf(data), '');
}

/** @throws Error where a box that had data would begin again with nothing, and pass for the one that had it. */
function refuseWithoutData(data: string): void {
  if (!existsSync(noteOf(data))) return;
  throw new Error(
    `its data is gone from ${data}, and no other box may have it. Put it back and heal the box; where it has replicas, let one take over (\`failover\`); or begin again with \`down\` and \`up\``,
  );
}

/** @throws Error where the disk has no room for a copy beside the data that it replaces. */
async function refuseToFillDisk(data: string): Promise<void> {
  const [needed, { bavail, bsize }] = await Promise.all([folderBytes(data), statfs(dirname(data))]);
  if (bavail * bsize > needed * ROOM_FOR_COPY) return;
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  throw new Error(
    `the disk has no room for a copy beside the former data (${mebibytes(needed)}): ${mebibytes(bavail * bsize)} are free`,
  );
}

/** What a former primary had committed may be nowhere else: it goes with the stack, never before. */
async function setAside(data: string, box: string): Promise<void> {
  let number = 1;
  while (existsSync(`${data}.aside-${number}`)) number += 1;
  await rename(data, `${data}.aside-${number}`);
  console.error(`${box}: its former data is set aside in ${data}.aside-${number}`);
}

/**
 * Whether the leader no longer keeps the log that this replica lacks (`max_slot_wal_keep_size`). A leader that cannot be
 * asked now does not keep the replica from starting: what it has can be read.
 */
async function missedTooMuch(step: Preparation, leader: string): Promise<boolean> {
  if (step.do !== 'member' || leader === NOBODY) return false;
  const url = new URL(step.primaryUrl);
  url.host = wayTo(step, leader);
  const primary = await connect(url.href, ASK_DEADLINE_MS).catch(() => null);
  if (primary === null) return false;
  try {
    const lost = await primary.query(
      `SELECT FROM pg_replication_slots WHERE slot_name = $1 AND wal_status = 'lost'`,
      [step.slot],
    );
    return lost.rowCount === 1;
  } finally {
    await primary.end();
  }
}

async function leaderOf(step: Member): Promise<string> {
  return (await readLeader(step.data)) ?? new URL(step.primaryUrl).hostname;
}

/** A leader's address, or where it is in another region, the way there. */
function wayTo(step: Preparation, leader: string): string {
  return (step.do === 'member' ? step.peers[leader] : undefined) ?? `${leader}:5432`;
}

/**
 * The part of `prepare` that needs no other box, done while those it depends on still boot: the copy of the template,
 * the longest part of it.
 */
export async function prepareAhead(step: Preparation): Promise<void> {
  if (step.do === 'fresh-folder' || step.do === 'own-folder') return;
  if (step.do === 'copy-folder') return copyFolder(step);
  if (existsSync(join(step.data, 'PG_VERSION'))) return;
  await mkdir(dirname(step.data), { recursive: true });
  await rm(ahead(step.data), { recursive: true, force: true });
  await copyTree(step.template, ahead(step.data));
}

async function takeCopy(
  step: { readonly template: string; readonly data: string },
  data: string,
): Promise<void> {
  const made = ahead(step.data);
  if (existsSync(made)) await rename(made, data);
  else await copyTree(step.template, data);
}

function ahead(data: string): string {
  return `${data}.ahead`;
}

async function freshFolder(step: Extract<Preparation, { do: 'fresh-folder' }>): Promise<void> {
  await rm(step.folder, { recursive: true, force: true });
  await mkdir(step.folder, { recursive: true });
  for (const [name, text] of Object.entries(step.files)) await writeFile(join(step.folder, name), text);
}

async function copyFolder({ template, data }: Extract<Preparation, { do: 'copy-folder' }>): Promise<void> {
  if (existsSync(data)) return;
  await mkdir(dirname(data), { recursive: true });
  const partial = `${data}.partial`;
  await rm(partial, { recursive: true, force: true });
  // Some fifty files, and the box that takes longest to boot waits for them: it does not queue behind the databases.
  await run('cp', ['-a', '--reflink=auto', template, partial]);
  await rename(partial, data);
  await noteData(data);
}

/** Of a postmaster that was killed: its id may belong to another process by now, and Postgres would refuse to start. */
async function removeStalePid(data: string): Promise<void> {
  await rm(join(data, 'postmaster.pid'), { force: true });
}

let copying: Promise<unknown> = Promise.resolve();

/** One after another: three copies of 1,300 files each at the same time take three times as long on ext4. */
function copyTree(from: string, to: string): Promise<void> {
  const copied = copying.then(async () => {
    await run('cp', ['-a', '--reflink=auto', from, to]);
  });
  // Whoever comes next does not care how this one ended.
  copying = copied.catch(() => undefined);
  return copied;
}

/**
 * A standby as `stages/postgres/database.sh` makes it in Compose: a slot on the primary, a copy, and a signal file. The
 * copy is the template that the primary came from while the primary still holds all write-ahead log since then, else
 * the primary itself.
 */
async function makeStandby(step: Member, leader: string, data: string, box: string): Promise<void> {
  const url = new URL(step.primaryUrl);
  const first = leader === url.hostname;
  url.host = wayTo(step, leader);
  const primary = await connect(url.href);
  try {
    const { rows } = await primary.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
    if (rows[0]?.standby !== false) throw new Error(`${leader} does not lead: run the failover again`);
    await primary.query(
      `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
       WHERE slot_name = $1 AND wal_status = 'lost' AND NOT active`,
      [step.slot],
    );
    await primary.query(
      `SELECT pg_create_physical_replication_slot($1, true)
       WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)`,
      [step.slot],
    );
    const firstSegment = (await readdir(join(step.template, 'pg_wal')))
      .filter((name) => /^[0-9A-F]{24}$/.test(name))
      .sort()[0];
    const kept = await primary.query('SELECT FROM pg_ls_waldir() WHERE name = $1', [firstSegment]);
    // A primary that was promoted has a history that the template knows nothing of.
    if (kept.rowCount === 1 && first) await takeCopy(step, data);
    else await copyPrimary(primary, data);
    await rm(ahead(step.data), { recursive: true, force: true });
  } finally {
    await primary.end();
  }
  const conninfo = `host=${url.hostname} port=${url.port || 5432} user=${url.username} password=${url.password} application_name=${box}`;
  await appendFile(
    join(data, 'postgresql.auto.conf'),
    `primary_conninfo = '${conninfo}'\nprimary_slot_name = '${step.slot}'\n`,
  );
  await writeFile(join(data, 'standby.signal'), '');
}

async function connect(url: string, limitMs = CONNECT_DEADLINE_MS): Promise<pg.Client> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 2000,
      query_timeout: 30_000,
    });
    client.on('error', (error) => console.error(`primary: ${error.message}`));
    try {
      await client.connect();
      return client;
    } catch (cause) {
      if (Date.now() > deadline)
        throw new Error(`the primary cannot be reached: ${(cause as Error).message}`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
