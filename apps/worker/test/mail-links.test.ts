import { randomUUID } from 'node:crypto';
import { mailer, migrate, pool, postgres } from '@scaling/tickets';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { addressIn } from '../../tickets/src/links/link-token.ts';
import { startPostgres, type TestPostgres } from '../../tickets/test/postgres/index.ts';
import { settings } from '../../tickets/test/settings.ts';
import { broker, countSales, mailTickets } from '../src/index.ts';
import { look } from '../src/queue/look.ts';
import { startKafka, type TestKafka } from './kafka/index.ts';
import { startMail, type TestMail } from './mail-server.ts';
import { publish, sale } from './sales.ts';

const SOON = { timeout: 25_000, interval: 50 };
let database: TestPostgres;
let kafka: TestKafka;
let mail: TestMail;
beforeAll(async () => {
  [database, kafka, mail] = await Promise.all([startPostgres(), startKafka(), startMail()]);
}, 120_000);
afterAll(async () => {
  await Promise.all([mail?.stop(), kafka?.stop(), database?.stop()]);
});

it('mails a link that was asked for once, signed with the secret of the stack, and counts it as no sale', async () => {
  const url = await database.database('worker');
  const { mailboxUrl, smtpUrl } = mail;
  const env = settings(url, { brokers: [kafka.address], mailboxUrl, smtpUrl });
  const shop = pool(url, env);
  await migrate(shop, env);
  const client = broker(env);
  const { shows } = postgres(shop);
  const workers = [
    mailTickets({ kafka: client, mailer: mailer(smtpUrl), shows }, env),
    countSales(client, env),
  ];
  const request = JSON.stringify({ kind: 'link', id: randomUUID(), email: 'ada@example.com' });
  const sold = sale();
  await publish(client, [request, sold, request], 'one-partition');
  await publish(client, [request], 'one-partition');
  await vi.waitFor(async () => expect(await look(client)).toEqual({ mail: 0, count: 0, dead: 0 }), SOON);

  const { messages } = (await (await fetch(`${mailboxUrl}/messages`)).json()) as {
    messages: { kind: string; to: string[]; text: string }[];
  };
  const links = messages.filter(({ kind }) => kind === 'link');
  expect(links).toMatchObject([{ to: ['ada@example.com'] }]);
  const token = /http:\/\/shop\.test\/#\/my\/(\S+)/.exec(links[0]?.text ?? '')?.[1] ?? '';
  const [secret] = await shop.rows<{ value: string }>('select value from secrets');
  expect(addressIn(token, secret?.value ?? '')).toBe('ada@example.com');
  expect(mail.count(sold.id)).toBe(1);
  expect(await shop.rows('select reservation_id as id from counted')).toEqual([{ id: sold.id }]);
  await Promise.all([...workers, shop].map((each) => each.close()));
}, 60_000);
