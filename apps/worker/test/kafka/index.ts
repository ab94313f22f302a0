import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { broker, ensureTopics } from '../../src/broker.ts';

const START_LIMIT_MS = 60_000;
const root = fileURLToPath(new URL('../../../../', import.meta.url));

export interface TestKafka {
  /** `127.94.1.2:9092`. */
  readonly address: string;
  /** Ends the broker at once; its log stays. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Part {
  readonly programs: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Java and the jars, from where the stages have theirs. */
async function parts(): Promise<{ java: Part; kafka: Part }> {
  const provide = join(root, 'apps/cli/test/parts/provide-real.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', provide, 'java', 'kafka'],
    { timeout: 300_000 },
  );
  return JSON.parse(stdout) as { java: Part; kafka: Part };
}

/** A real broker of its own, with the stages' settings and the topics; ends with `stop`. `log`: folder for its log. */
export async function startKafka(log?: string): Promise<TestKafka> {
  const { java, kafka } = await parts();
  const libs = join(dirname(kafka.programs['kafka-server-start.sh'] ?? ''), '../libs');
  const jars = (await readdir(libs)).map((name) => join(libs, name)).join(':');
  const folder = await mkdtemp(join(tmpdir(), 'worker-kafka-'));
  const [a = 1, b = 1] = randomBytes(2);
  const host = `127.94.${a}.${Math.min(254, b + 1)}`;
  const settings = join(folder, 'broker.properties');
  const shared = await readFile(join(root, 'stages/broker/broker.properties'), 'utf8');
  const own = [
    `log.dirs=${log ?? join(folder, 'log')}`,
    `listeners=PLAINTEXT://${host}:9092,CONTROLLER://${host}:9093`,
    `advertised.listeners=PLAINTEXT://${host}:9092`,
    `controller.quorum.voters=1@${host}:9093`,
  ];
  await writeFile(settings, `${shared}\n${own.join('\n')}\n`);
  const machine = [
    '-Xmx192m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dlog4j2.level=ERROR',
    '-cp',
    jars,
  ];
  const run = (...words: string[]) => ({ file: java.programs.java ?? '', args: [...machine, ...words] });
  const format = run(
    'kafka.tools.StorageTool',
    'format',
    '--config',
    settings,
    '--cluster-id',
    'c2NhbGluZy10aWNrZXRzIQ',
  );
  await promisify(execFile)(format.file, format.args, { timeout: START_LIMIT_MS });

  const address = `${host}:9092`;
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    const { file, args } = run('kafka.Kafka', settings);
    const started = spawn(file, args, { stdio: 'ignore' });
    const kill = () => started.kill('SIGKILL');
    // A run that is cut short must not leave a broker behind.
    process.once('exit', kill);
    child = started;
    ended = new Promise((resolve) => {
      started.once('exit', () => {
        process.off('exit', kill);
        resolve();
      });
    });
    const deadline = performance.now() + START_LIMIT_MS;
    const kafkaClient = broker({ brokers: [address], boxName: 'test' });
    for (;;) {
      const failure = await ensureTopics(kafkaClient).then(
        () => undefined,
        (error: Error) => error,
      );
      if (failure === undefined) return;
      if (performance.now() > deadline) throw failure;
      await sleep(100);
    }
  }

  async function kill(): Promise<void> {
    child?.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    address,
    kill,
    start,
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
