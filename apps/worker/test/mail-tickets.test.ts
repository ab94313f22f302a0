// Watches promise P7.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Dependency, mailer, migrate, pool, postgres } from '@scaling/tickets';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, startPostgres, type TestPostgres } from '../../tickets/test/postgres/index.ts';
import { settings } from '../../tickets/test/settings.ts';
import { broker, mailTickets } from '../src/index.ts';
import { retries } from '../src/metrics.ts';
import { look } from '../src/queue/look.ts';
import { redrive } from '../src/queue/redrive.ts';
import { startKafka, type TestKafka } from './kafka/index.ts';
import { startMail, type TestMail } from './mail-server.ts';
import { publish, sale } from './sales.ts';

let database: TestPostgres;
let kafka: TestKafka;
let mail: TestMail;
let url: string;
const running: Dependency[] = [];
const children: ChildProcess[] = [];
const SOON = { timeout: 25_000, interval: 50 };

beforeAll(async () => {
  [database, kafka, mail] = await Promise.all([startPostgres(), startKafka(), startMail()]);
  url = await database.database('worker');
  const env = settings(url);
  const writer = pool(url, env);
  await migrate(writer, env);
  await writer.close();
}, 120_000);
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  await Promise.all([mail?.stop(), kafka?.stop(), database?.stop()]);
});

const client = () => broker({ brokers: [kafka.address], boxName: 'test' });

/** A worker in this process. */
async function work(smtpUrl = mail.smtpUrl, mailboxUrl = mail.mailboxUrl): Promise<void> {
  const env = settings(url, { brokers: [kafka.address], mailboxUrl, smtpUrl });
  const { shows } = postgres(pool(url, env));
  const worker = mailTickets({ kafka: broker(env), mailer: mailer(smtpUrl), shows }, env);
  running.push(worker);
  await vi.waitFor(() => worker.check(), SOON);
}

/** A worker that can be killed. */
function workElsewhere(smtpUrl: string): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('./worker-process.ts', import.meta.url))],
    {
      env: {
        ...process.env,
        DATABASE_URL: url,
        BROKERS: kafka.address,
        SMTP_URL: smtpUrl,
        MAILBOX_URL: mail.mailboxUrl,
        BOX_NAME: 'worker-9',
      },
      stdio: 'ignore',
    },
  );
  children.push(child);
  return child;
}

const attempts = async () => (await retries.get()).values.reduce((sum, { value }) => sum + value, 0);

const stateOf = async (id: string) =>
  (
    await database.ask<{ state: string }>(`select state from mailed where reservation_id = '${id}'`, 'worker')
  )[0]?.state;

describe('the worker', () => {
  it('mails each ticket once, also when its message comes twice', async () => {
    await work();
    const [one, other] = [sale(), sale()];
    await publish(client(), [one, other, one]);
    await publish(client(), [other]);
    await vi.waitFor(async () => expect(await look(client())).toMatchObject({ mail: 0 }), SOON);
    expect([mail.count(one.id), mail.count(other.id)]).toEqual([1, 1]);
  });

  it('mails nothing to who collects the ticket', async () => {
    await work();
    const collected = sale({ ticket: 'box-office' });
    await publish(client(), [collected]);
    await vi.waitFor(async () => expect(await look(client())).toMatchObject({ mail: 0 }), SOON);
    expect(mail.count(collected.id)).toBe(0);
  });

  it('puts a poisoned message aside, whatever is wrong with it, and goes on with what is behind it', async () => {
    await work();
    const { dead } = await look(client());
    const behind = sale();
    const gone = sale({ showId: 9999 });
    await publish(client(), ['{"half":', gone, '{"id":"no uuid"}', behind], 'one-partition');
    await vi.waitFor(() => expect(mail.count(behind.id)).toBe(1), SOON);
    expect((await look(client())).dead).toBe(dead + 3);
    // Nothing of it is left begun: were the show back, a redrive would mail it.
    expect(await stateOf(gone.id)).toBeUndefined();
  });

  it('sends dead letters round again when asked, those that are still hopeless come back', async () => {
    await work();
    await vi.waitFor(async () => expect((await look(client())).dead).toBeGreaterThan(0), SOON);
    const { dead } = await look(client());
    const { redriven } = await redrive(client());
    expect(redriven).toHaveLength(dead);
    expect(redriven.map(({ reason }) => reason).join()).toContain('not JSON');
    await vi.waitFor(async () => expect((await look(client())).dead).toBe(dead), SOON);
  });

  it('waits for a mail server that refuses, and loses nothing', async () => {
    await mail.closeSmtp();
    await work();
    const waiting = sale();
    const before = await attempts();
    await publish(client(), [waiting]);
    await vi.waitFor(async () => expect(await attempts()).toBeGreaterThan(before + 1), SOON);
    await mail.openSmtp();
    await vi.waitFor(() => expect(mail.count(waiting.id)).toBe(1), SOON);
    await vi.waitFor(async () => expect(await stateOf(waiting.id)).toBe('sent'), SOON);
  }, 60_000);

  it('waits for a mail server that has to be asked and is away, and puts nothing aside', async () => {
    const { dead } = await look(client());
    const away = await startMail();
    await away.stop();
    // It takes the mail, or not, and breaks off.
    const broken = await smtp((_, __, drop) => drop());
    await work(broken.url, away.mailboxUrl);
    const waiting = sale();
    await publish(client(), [waiting]);
    await vi.waitFor(async () => expect(await stateOf(waiting.id)).toBe('begun'), SOON);
    // The second attempt has asked, in vain.
    const before = await attempts();
    await vi.waitFor(async () => expect(await attempts()).toBeGreaterThan(before), SOON);
    expect((await look(client())).dead).toBe(dead);
    await broken.stop();
    await Promise.all(running.splice(0).map((each) => each.close()));
    await work();
    await vi.waitFor(() => expect(mail.count(waiting.id)).toBe(1), SOON);
  }, 60_000);

  it('puts aside what the mail server refuses for good, and mails it after a redrive', async () => {
    let refuse = true;
    const strict = await smtp((bytes, done) => {
      if (refuse) done(Object.assign(new Error('No such person'), { responseCode: 550 }));
      else void forward(bytes).then(() => done(), done);
    });
    await work(strict.url);
    const { dead } = await look(client());
    const refused = sale();
    await publish(client(), [refused]);
    await vi.waitFor(async () => expect((await look(client())).dead).toBe(dead + 1), SOON);
    refuse = false;
    await redrive(client());
    await vi.waitFor(() => expect(mail.count(refused.id)).toBe(1), SOON);
    await strict.stop();
  }, 60_000);

  it('tries again what the mail server refuses for now, and puts nothing aside', async () => {
    let refusals = 2;
    const busy = await smtp((bytes, done) => {
      if (refusals-- > 0) done(Object.assign(new Error('Come back later'), { responseCode: 451 }));
      else void forward(bytes).then(() => done(), done);
    });
    await work(busy.url);
    const { dead } = await look(client());
    const late = sale();
    await publish(client(), [late]);
    await vi.waitFor(async () => expect(await stateOf(late.id)).toBe('sent'), SOON);
    expect(mail.count(late.id)).toBe(1);
    expect((await look(client())).dead).toBe(dead);
    await busy.stop();
  }, 60_000);

  it.each(['breaks off', 'hangs'])(
    'does not mail again what a mail server has taken that %s before it says so',
    async (how) => {
      let times = 0;
      const halfHearted = await smtp((bytes, done, drop) => {
        times += 1;
        const first = times === 1;
        void forward(bytes).then(() => (first ? how === 'breaks off' && drop() : done()));
      });
      await work(halfHearted.url);
      const taken = sale();
      await publish(client(), [taken]);
      await vi.waitFor(async () => expect(await stateOf(taken.id)).toBe('sent'), SOON);
      expect(mail.count(taken.id)).toBe(1);
      expect(times).toBe(1);
      await halfHearted.stop();
    },
    60_000,
  );

  it.each([
    ['before the mail server has it', false],
    ['after the mail server has it, before it said so', true],
  ])(
    'killed %s: the next worker sees to it that there is one mail',
    async (_, taken) => {
      let handedOver: () => void = () => undefined;
      const reached = new Promise<void>((resolve) => {
        handedOver = resolve;
      });
      // Never answers: the worker hangs in the middle of handing over.
      const silent = await smtp(
        (bytes) => void (taken ? forward(bytes) : Promise.resolve()).then(handedOver),
      );
      const child = workElsewhere(silent.url);
      const interrupted = sale();
      await publish(client(), [interrupted]);
      await reached;
      child.kill('SIGKILL');
      expect(await stateOf(interrupted.id)).toBe('begun');
      await work();
      await vi.waitFor(async () => expect(await stateOf(interrupted.id)).toBe('sent'), SOON);
      expect(mail.count(interrupted.id)).toBe(1);
      await silent.stop();
    },
    60_000,
  );

  it('goes on where it was when the broker was killed and is back', async () => {
    await work();
    await kafka.kill();
    await kafka.start();
    const after = sale();
    await publish(client(), [after]);
    await vi.waitFor(() => expect(mail.count(after.id)).toBe(1), SOON);
  }, 90_000);
});

type Take = (bytes: Buffer, done: (error?: Error | null) => void, drop: () => void) => void;

/** A mail server that does with a mail what the test says. */
async function smtp(take: Take): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 200,
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const drop = () => {
          for (const each of server.connections) {
            const { id, _socket } = each as unknown as { id: string; _socket: { destroy(): void } };
            if (id === session.id) _socket.destroy();
          }
        };
        take(Buffer.concat(parts), done, drop);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Hands a mail on to the stages' mail box. */
async function forward(bytes: Buffer): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(`${mail.smtpUrl}?ignoreTLS=true`);
  await transport.sendMail({ envelope: { from: 'a@example.com', to: 'b@example.com' }, raw: bytes });
  transport.close();
}
