// Watches promise P7.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mailer } from '../../src/delivery/mailer.ts';
import { inlineDelivery, mailer, type Parts, type Reservation } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { bearer, buyer, openShop, post, type TestShop } from '../shop.ts';
import { startMailServer, startSilentServer, startSlowToAnswer } from './smtp.ts';

const env = { siteUrl: 'http://shop.test' };
let server: TestPostgres;
let mailServer: Awaited<ReturnType<typeof startMailServer>>;
let silent: Awaited<ReturnType<typeof startSilentServer>>;
/** Instances of one shop: those whose mail server answers, one whose mail server hangs, one that never gets to the mail. */
let well: TestShop;
let alsoWell: TestShop;
let hanging: TestShop;
let cutShort: TestShop;
let nextSeat = 0;
const close: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startPostgres();
  mailServer = await startMailServer();
  silent = await startSilentServer();
  await server.database('shop');
  well = await open(mailing(mailServer.url));
  alsoWell = await open(mailing(mailServer.url));
  hanging = await open(mailing(silent.url));
  cutShort = await open(() => ({ deliver: () => new Promise(() => undefined) }));
}, 30_000);
afterAll(async () => {
  await silent.close();
  await Promise.all(close.map((each) => each()));
  await mailServer.close();
  await server.stop();
});

async function open(delivery: (parts: Parts) => Parts['delivery']): Promise<TestShop> {
  const shop = await openShop(server.url('shop'), {}, (parts) => ({ delivery: delivery(parts) }));
  close.push(() => shop.close());
  return shop;
}

function mailing(url: string): (parts: Parts) => Parts['delivery'] {
  const mail = mailer(url);
  close.push(() => mail.close());
  return (parts) => inlineDelivery(mail, parts, env);
}

interface Bought {
  readonly status: number;
  readonly owed: boolean;
  readonly id: string;
  readonly token: string;
  readonly ms: number;
}

/** One mailed ticket of show 1; `send` sends it, and may send it again. */
function purchase() {
  nextSeat += 1;
  const order = { showId: 1, seats: [nextSeat], ...buyer };
  const key = randomUUID();
  return async (shop: TestShop): Promise<Bought> => {
    const began = performance.now();
    const answer = await post(shop.url, order, { 'idempotency-key': key });
    const { id, token } = (await answer.json()) as Reservation;
    const owed = answer.headers.get('x-ticket-mail') === 'owed';
    return { status: answer.status, owed, id, token, ms: performance.now() - began };
  };
}

describe('a mailed ticket', () => {
  it('is mailed once to requests with one key, one after the other or at once, and is owed to none of them', async () => {
    const send = purchase();
    const answers = await Promise.all([send(well), send(alsoWell), send(well), send(alsoWell)]);
    answers.push(await send(well));
    expect(answers.filter(({ owed }) => owed)).toEqual([]);
    expect(mailServer.mailsFor(answers[0]?.id ?? '')).toBe(1);
  });

  it('is owed after a mail server that hangs, and mailed once by the next requests', async () => {
    const send = purchase();
    const first = await send(hanging);
    expect(first).toMatchObject({ status: 201, owed: true });
    expect(first.ms).toBeLessThan(5000);
    const again = await Promise.all([send(well), send(alsoWell), send(well), send(alsoWell)]);
    expect(again.filter(({ owed, status }) => owed || status !== 200)).toEqual([]);
    expect(mailServer.mailsFor(first.id)).toBe(1);
  });

  it('is mailed once by the next requests after an app was killed between the sale and the mail', async () => {
    const send = purchase();
    void send(cutShort).catch(() => undefined);
    await expect
      .poll(() => server.ask(`select from owed_mails where claimed_until > now()`, 'shop'))
      .toHaveLength(1);
    await server.ask(
      `update owed_mails set claimed_until = clock_timestamp() + interval '1 s' where claimed_until > now()`,
      'shop',
    );
    const again = await Promise.all([send(well), send(alsoWell), send(well)]);
    expect(again.filter(({ owed, status }) => owed || status !== 200)).toEqual([]);
    expect(mailServer.mailsFor(again[0]?.id ?? '')).toBe(1);
  });

  it('is mailed once when the mail server hangs with the whole mail in hand, and the buyer asks again meanwhile', async () => {
    const slow = await startSlowToAnswer(mailServer.url, 4500);
    const first = await open(mailing(slow.url));
    const send = purchase();
    const bought = await send(first);
    expect(bought).toMatchObject({ status: 201, owed: true });
    expect(await send(well)).toMatchObject({ status: 200, owed: false });
    expect(mailServer.mailsFor(bought.id)).toBe(1);
    await slow.close();
  });

  it('is not mailed when its reservation was cancelled meanwhile', async () => {
    const send = purchase();
    const { id, token } = await send(hanging);
    await fetch(`${well.url}/reservations/${id}`, { method: 'DELETE', headers: bearer(token) });
    expect(await send(well)).toMatchObject({ status: 200, owed: false });
    expect(mailServer.mailsFor(id)).toBe(0);
  });

  it('is not owed for a sale from before there was a note of it, nor at the box office', async () => {
    const send = purchase();
    const { id } = await send(hanging);
    await server.ask(`delete from owed_mails where reservation_id = '${id}'`, 'shop');
    expect(await send(well)).toMatchObject({ status: 200, owed: false });
    expect(mailServer.mailsFor(id)).toBe(0);
    const order = { showId: 2, seats: [1], ...buyer, ticket: 'box-office' };
    const before = await server.ask('select from owed_mails', 'shop');
    expect((await post(hanging.url, order)).headers.has('x-ticket-mail')).toBe(false);
    expect(await server.ask('select from owed_mails', 'shop')).toHaveLength(before.length);
  });
});

/** Numbers from 0 to 1 that a seed repeats. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('many mailed tickets', () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6));

  it(`are each mailed once, whatever random mail servers and apps did before (SEED=${seed})`, async () => {
    const next = random(seed);
    const mail = mailer(mailServer.url);
    close.push(() => mail.close());
    const moody: Mailer = {
      ...mail,
      probe: async () => undefined,
      async send(letter, options) {
        const mood = next();
        if (mood < 0.2) throw Object.assign(new Error('busy'), { responseCode: 451 });
        if (mood < 0.3) throw new Error('the connection broke');
        if (mood < 0.5) await sleep(300 * next(), undefined, { ...options });
        await mail.send(letter, options);
      },
    };
    const shops = await Promise.all([0, 1, 2].map(() => open((parts) => inlineDelivery(moody, parts, env))));
    const anyShop = () => shops[Math.floor(next() * shops.length)] ?? well;
    const sold = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const send = purchase();
        if (next() < 0.2) void send(cutShort).catch(() => undefined);
        let [answer] = await Promise.all(
          Array.from({ length: 1 + Math.floor(3 * next()) }, () => send(anyShop())),
        );
        if (next() < 0.1 && answer?.owed) {
          const headers = bearer(answer.token);
          await fetch(`${well.url}/reservations/${answer.id}`, { method: 'DELETE', headers });
        }
        while (answer?.owed) {
          await sleep(300 * next());
          answer = await send(anyShop());
        }
        return { id: answer?.id ?? '', token: answer?.token ?? '' };
      }),
    );
    const wrong: string[] = [];
    for (const { id, token } of sold) {
      const found = await fetch(`${well.url}/reservations/${id}`, { headers: bearer(token) });
      const { status } = (await found.json()) as Reservation;
      const mails = mailServer.mailsFor(id);
      if (status === 'confirmed' ? mails !== 1 : mails > 1) wrong.push(`${status} ${id}: ${mails} mails`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe('a mail server that hangs', () => {
  it('costs 200 simultaneous buyers a few seconds, the next ones nothing, and the mails go out later', async () => {
    const hanging = await open(mailing(silent.url));
    const sends = Array.from({ length: 200 }, purchase);
    const answers = await Promise.all(sends.map((send) => send(hanging)));
    expect(answers.filter(({ status, owed }) => status !== 201 || !owed)).toEqual([]);
    // 3 s, and the time in which one process draws 200 tickets. One by one it would be minutes.
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(9000);
    const next = await purchase()(hanging);
    expect(next).toMatchObject({ status: 201, owed: true });
    expect(next.ms).toBeLessThan(1000);
    expect(await (await fetch(`${hanging.url}/metrics`)).text()).toContain('tickets_mail_server_silent 1');
    const received = mailServer.received();
    for (let from = 0; from < sends.length; from += 20)
      await Promise.all(sends.slice(from, from + 20).map((send) => send(well)));
    expect(mailServer.received() - received).toBe(200);
  }, 60_000);
});
