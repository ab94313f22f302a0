// Watches promise P7.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Dependency, mailer, migrate, pool, postgres } from '@scaling/tickets';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres, type TestPostgres } from '../../tickets/test/postgres/index.ts';
import { settings } from '../../tickets/test/settings.ts';
import { withAdmin } from '../src/broker.ts';
import { broker, mailTickets } from '../src/index.ts';
import { mailServerRefuses, retries } from '../src/metrics.ts';
import { look } from '../src/queue/look.ts';
import { redrive } from '../src/queue/redrive.ts';
import { GROUPS } from '../src/topics.ts';
import { startKafka, type TestKafka } from './kafka/index.ts';
import { startMail, type TestMail } from './mail-server.ts';
import { forward as forwardTo, smtp } from './odd-mail-server.ts';
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

/** Hands a mail on to the stages' mail box. */
const forward = (bytes: Buffer) => forwardTo(bytes, mail.smtpUrl);

/** A worker in this process. Its `mailboxUrl` may be undefined: nobody can be asked. */
async function work(smtpUrl = mail.smtpUrl, ...inbox: [mailboxUrl?: string | undefined]): Promise<void> {
  const mailboxUrl = inbox.length === 0 ? mail.mailboxUrl : inbox[0];
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

/** Members that the group has, when it is not about to meet again. */
const members = () =>
  withAdmin(client(), async (admin) => {
    const [group] = (await admin.describeGroups([GROUPS.mail])).groups;
    return group?.state === 'Stable' ? group.members.length : 0;
  });

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

  it('keeps every worker in the group through a long outage, and mails once when it is over', async () => {
    await mail.closeSmtp();
    await work();
    const sales = Array.from({ length: 16 }, () => sale());
    await publish(client(), sales);
    const before = await attempts();
    await vi.waitFor(async () => expect(await attempts()).toBeGreaterThan(before + 4), SOON);
    // The group meets again in the midst of it, and for longer than a member may be silent.
    await work();
    await vi.waitFor(async () => expect(await members()).toBe(2), SOON);
    await new Promise((resolve) => setTimeout(resolve, 8000));
    expect(await members()).toBe(2);
    await mail.openSmtp();
    await vi.waitFor(async () => expect(await look(client())).toMatchObject({ mail: 0 }), SOON);
    expect(sales.map(({ id }) => mail.count(id))).toEqual(sales.map(() => 1));
  }, 90_000);

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

  it('sends a mail again that was cut short, where nobody can be asked whether it arrived, and goes on', async () => {
    let times = 0;
    const broken = await smtp((bytes, done, drop) => {
      times += 1;
      void forward(bytes).then(() => (times === 1 ? drop() : done()));
    });
    await work(broken.url, undefined);
    const [cut, behind] = [sale(), sale()];
    await publish(client(), [cut, behind], 'one-partition');
    await vi.waitFor(async () => expect(await stateOf(behind.id)).toBe('sent'), SOON);
    expect([mail.count(cut.id), mail.count(behind.id)]).toEqual([2, 1]);
    await broken.stop();
  }, 60_000);

  it('puts nothing aside of what a relay that is set up wrong refuses, and mails it when it is set right', async () => {
    let wrong = true;
    const relay = await smtp(
      (bytes, done) => void forward(bytes).then(() => done(), done),
      () => wrong,
    );
    await work(relay.url);
    const { dead } = await look(client());
    const sales = Array.from({ length: 12 }, () => sale());
    await publish(client(), sales);
    await vi.waitFor(async () => expect((await mailServerRefuses.get()).values[0]?.value).toBe(1), SOON);
    expect((await look(client())).dead).toBe(dead);
    wrong = false;
    await vi.waitFor(() => expect(sales.map(({ id }) => mail.count(id))).toEqual(sales.map(() => 1)), SOON);
    expect((await mailServerRefuses.get()).values[0]?.value).toBe(0);
    await relay.stop();
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
