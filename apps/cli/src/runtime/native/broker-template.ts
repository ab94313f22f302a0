import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../../cache.ts';
import { Failure } from '../../failure.ts';
import type { InstalledPart, PartName } from '../../parts/index.ts';
import { ROOT } from '../../stage/stages.ts';
import { brokerCommand, javaCommand, overrides } from './kafka-command.ts';

const SETTINGS = join(ROOT, 'stages/broker/broker.properties');
const FORMAT_LIMIT_MS = 60_000;
const START_LIMIT_MS = 60_000;
const END_LIMIT_MS = 60_000;

/**
 * A broker's log directory with the topics in it, and an archive of the classes that a broker loads: boxes start from a
 * copy of the one and with the other. Made once for each version of Java, Kafka and the settings.
 *
 * @param apps folder with the bundled apps; `admin/queue.mjs prepare` makes the topics
 */
export async function brokerTemplate(
  parts: ReadonlyMap<PartName, InstalledPart>,
  apps: string,
  options: { onProgress?: (what: string) => void; signal?: AbortSignal } = {},
): Promise<string> {
  const java = parts.get('java');
  const kafka = parts.get('kafka');
  if (java === undefined || kafka === undefined)
    throw new TypeError('a broker needs the parts java and kafka');
  const key = createHash('sha256')
    .update(`${java.version} ${java.source} ${kafka.version} ${kafka.source}\n`)
    .update(await readFile(SETTINGS))
    .update(await readFile(join(apps, 'admin/queue.mjs')))
    .digest('hex')
    .slice(0, 16);
  const folder = cacheFolder('templates', `broker-${key}`);
  if (existsSync(join(folder, 'classes.jsa'))) return folder;
  options.onProgress?.('making the log directory of the broker once, and an archive of its classes');
  await mkdir(cacheFolder('templates'), { recursive: true });
  const partial = await mkdtemp(`${folder}.`);
  try {
    const made = join(partial, 'made');
    await mkdir(made);
    await make({ java, kafka }, { made, partial, apps }, options.signal);
    await rename(made, folder).catch((error: NodeJS.ErrnoException) => {
      // Another `up` was faster: its copy is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return folder;
  } catch (cause) {
    options.signal?.throwIfAborted();
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').slice(-4).join('\n  ');
    throw new Failure(`The broker could not be prepared: ${(cause as Error).message.split('\n')[0]}`, {
      where: said ?? folder,
      cause,
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Some loopback address: nobody else's broker is there, and not another `up` that does the same. */
function ownAddress(): string {
  const [a = 1, b = 1] = randomBytes(2);
  return `127.94.${a}.${Math.min(254, b + 1)}`;
}

interface Places {
  readonly made: string;
  readonly partial: string;
  readonly apps: string;
}

async function make(
  { java, kafka }: { java: InstalledPart; kafka: InstalledPart },
  { made, partial, apps }: Places,
  signal?: AbortSignal,
): Promise<void> {
  const cancel = signal ? { cancelSignal: signal } : {};
  const log = join(made, 'log');
  const address = ownAddress();
  const names = { log, address, name: address };
  const format = join(partial, 'format.properties');
  await writeFile(format, `${await readFile(SETTINGS, 'utf8')}\n${overrides(names).join('\n')}\n`);
  const [file = '', ...words] = javaCommand({ java, kafka }, ['-Xmx128m', '-XX:TieredStopAtLevel=1']);
  // Any name will do for the cluster; it is one broker that meets no other.
  const tool = [
    'kafka.tools.StorageTool',
    'format',
    '--config',
    format,
    '--cluster-id',
    'c2NhbGluZy10aWNrZXRzIQ',
  ];
  await execa(file, [...words, ...tool], { env: java.environment, timeout: FORMAT_LIMIT_MS, ...cancel });

  const [server = '', ...rest] = brokerCommand({
    java,
    kafka,
    settings: SETTINGS,
    ...names,
    // It warns of every class that cannot be archived.
    machine: [`-XX:ArchiveClassesAtExit=${join(made, 'classes.jsa')}`, '-Xlog:disable'],
  });
  const running = execa(server, rest, {
    env: java.environment,
    timeout: START_LIMIT_MS + END_LIMIT_MS,
    // The archive is written at the end, and takes some seconds.
    forceKillAfterDelay: END_LIMIT_MS,
    ...cancel,
  });
  const ended = running.catch((error: Error) => error);
  try {
    await execa(process.execPath, ['queue.mjs', 'prepare'], {
      cwd: join(apps, 'admin'),
      env: { BROKERS: `${address}:9092` },
      timeout: START_LIMIT_MS,
      ...cancel,
    });
  } finally {
    running.kill('SIGTERM');
    await ended;
  }
  if (!existsSync(join(made, 'classes.jsa'))) throw new Error('Java wrote no archive of its classes');
}
