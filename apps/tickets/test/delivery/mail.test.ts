import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inlineDelivery, mailer, type Reservation } from '../../src/index.ts';
import { inbox } from '../../src/mailbox/inbox.ts';
import { pages } from '../../src/mailbox/pages.ts';
import { receiver } from '../../src/mailbox/receiver.ts';
import { httpServer } from '../../src/server.ts';
import { freePort, startPostgres, type TestPostgres } from '../postgres/index.ts';
import { bearer, openShop, post } from '../shop.ts';

let server: TestPostgres;
const kept = inbox();
const smtp = receiver(kept);
const web = httpServer(pages(kept));
let smtpUrl: string;
let mailUrl: string;

beforeAll(async () => {
  server = await startPostgres();
  const port = await freePort();
  await new Promise<void>((resolve) => void smtp.listen(port, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  smtpUrl = `smtp://127.0.0.1:${port}`;
  mailUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await server.stop();
});

it('mails the ticket before the buyer has the answer, and the mail box shows it', async () => {
  const mail = mailer(smtpUrl);
  const shop = await openShop(await server.database('shop'), {}, (parts) => ({
    delivery: inlineDelivery(mail, parts, { siteUrl: 'http://shop.test' }),
  }));
  const name = 'Łukasz <b>& Söhne</b>';
  const answer = await post(shop.url, { showId: 1, seats: [1, 2], name, email: 'ada@example.com' });
  const { id, token } = (await answer.json()) as Reservation;

  const { messages } = (await (await fetch(`${mailUrl}/messages?reservation=${id}`)).json()) as {
    messages: { id: number; to: string[]; text: string; attachments: { path: string; mimeType: string }[] }[];
  };
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({
    kind: 'ticket',
    to: ['ada@example.com'],
    attachments: [{ mimeType: 'application/pdf' }],
  });
  expect(messages[0]?.text).toContain(name);
  expect(messages[0]?.text).toContain(`http://shop.test/#/reservations/${id}/${token}`);

  const pdf = await fetch(`${mailUrl}${messages[0]?.attachments[0]?.path}`);
  expect(pdf.headers.get('content-type')).toBe('application/pdf');
  const direct = await fetch(`${shop.url}/reservations/${id}/ticket.pdf`, { headers: bearer(token) });
  expect((await pdf.arrayBuffer()).byteLength).toBe((await direct.arrayBuffer()).byteLength);

  expect(await (await fetch(mailUrl)).text()).toContain('ada@example.com');
  const page = await (await fetch(`${mailUrl}/mails/${messages[0]?.id}`)).text();
  expect(page).not.toContain('<b>');
  expect(page).toContain('Łukasz');
  expect((await fetch(`${mailUrl}/mails/999`)).status).toBe(404);
  expect((await fetch(`${mailUrl}/messages?reservation=none`)).status).toBe(200);

  await mail.close();
  await shop.close();
});

it('tells a program what was mailed to whom, by the envelope, whatever the mail itself says', async () => {
  const { createTransport } = await import('nodemailer');
  const before = kept.received();
  const transport = createTransport({ url: smtpUrl, ignoreTLS: true });
  for (const kind of ['ticket', 'cancellation'])
    await transport.sendMail({
      envelope: { from: 'tickets@scaling.example', to: ['eve@example.com'] },
      to: 'ada@example.com',
      subject: `About ${kind}`,
      headers: { 'X-Reservation': 'r1', 'X-Kind': kind },
      attachments: [{ filename: 'a.pdf', contentType: 'application/pdf', content: Buffer.from([0, 255]) }],
    });
  transport.close();
  const get = async (path: string) => (await fetch(`${mailUrl}${path}`)).json();
  expect(await get(`/contents?before=${before + 2}`)).toMatchObject({
    contents: [
      {
        id: before + 1,
        reservation: 'r1',
        kind: 'ticket',
        to: ['eve@example.com'],
        subject: 'About ticket',
        attachments: [{ mimeType: 'application/pdf', base64: 'AP8=' }],
      },
      ...Array.from({ length: before }, () => ({})),
    ],
  });
  expect(await get('/contents')).toMatchObject({ contents: { 0: { kind: 'cancellation' } } });
  expect(await get('/contents?before=1')).toEqual({ contents: [] });
  // Nothing is noted on a disk here, so what came before its start is forgotten.
  expect(await get('/deliveries')).toMatchObject({
    since: expect.stringMatching(/Z$/),
    deliveries: { r1: 1 },
    cancellations: { r1: 1 },
  });
});

it('mails nothing to who collects at the box office, and one ticket to who wants it by mail', async () => {
  const mail = mailer(smtpUrl);
  const shop = await openShop(await server.database('choice'), {}, (parts) => ({
    delivery: inlineDelivery(mail, parts, { siteUrl: 'http://shop.test' }),
  }));
  const before = kept.received();
  const order = { showId: 1, name: 'Ada', email: 'ada@example.com' };
  const collected = await post(shop.url, { ...order, seats: [1], ticket: 'box-office' });
  const { id, token } = (await collected.json()) as Reservation;
  expect([collected.status, kept.received() - before]).toEqual([201, 0]);

  const mailed = await post(shop.url, { ...order, seats: [2], ticket: 'mail' });
  expect([mailed.status, kept.received() - before]).toEqual([201, 1]);
  expect(kept.list()[0]?.reservation).not.toBe(id);

  const ticket = await fetch(`${shop.url}/reservations/${id}/ticket.pdf`, { headers: bearer(token) });
  expect(ticket.headers.get('content-type')).toBe('application/pdf');
  await mail.close();
  await shop.close();
});

it('keeps the latest mails only', () => {
  const small = inbox();
  for (let index = 0; index < 2100; index += 1)
    small.add(Buffer.from(`X-Reservation: r${index}\r\n\r\nhello`));
  expect(small.list()).toHaveLength(2000);
  expect(small.received()).toBe(2100);
  expect(small.list()[0]?.reservation).toBe('r2099');
  for (let index = 0; index < 70; index += 1) small.add(Buffer.alloc(1024 * 1024));
  expect(small.list().length).toBeLessThanOrEqual(64);
});
