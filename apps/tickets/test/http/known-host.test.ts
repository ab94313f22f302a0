import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { knownHosts } from '../../src/http/known-host.ts';
import { inbox } from '../../src/mailbox/inbox.ts';
import { pages } from '../../src/mailbox/pages.ts';
import { httpServer } from '../../src/server.ts';

const isKnown = knownHosts(['https://shop.example.org', 'http://internal-lb.eu.elb.amazonaws.com:8080']);

it.each([
  undefined,
  'localhost:8004',
  'shop.localhost',
  '127.0.0.1:8080',
  '127.42.4.10:8080',
  '[::1]:8080',
  '[fd00::2]',
  'app-2:8080',
  'scaling-4-app-2',
  'shop.example.org',
  'SHOP.example.org:443',
  'internal-lb.eu.elb.amazonaws.com:8080',
])('takes %s for a name of its own', (host) => {
  expect(isKnown(host)).toBe(true);
});

it.each([
  'evil.example:8004',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'shop.example.org.evil.example',
  'evil.example.:8004',
  'xn--d1acpjx3f.xn--p1ai',
  '',
  'a b',
  'user@evil.example',
])('takes %j for a name of another site', (host) => {
  expect(isKnown(host)).toBe(false);
});

it('remembers a bounded number of names, and answers for the others as well', () => {
  for (let number = 0; number < 1000; number += 1) expect(isKnown(`a${number}.evil.example`)).toBe(false);
  expect(isKnown('localhost:1234')).toBe(true);
});

const server = httpServer(pages(inbox()));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function ask(host: string, method = 'GET'): Promise<{ status: number; text: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: '127.0.0.1', port, path: '/messages', method, headers: { host } },
      (answer) => {
        let text = '';
        answer.on('data', (part: Buffer) => {
          text += part.toString();
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    asking.on('error', reject).end();
  });
}

it('refuses to show mails under the name of another site that leads to this machine: 421', async () => {
  expect((await ask('localhost:8104')).status).toBe(200);
  for (const method of ['GET', 'POST', 'DELETE']) {
    const refused = await ask('rebound.evil.example:8104', method);
    expect(refused.status).toBe(421);
    expect(JSON.parse(refused.text)).toMatchObject({ type: 'urn:tickets:problem:wrong-host' });
  }
});
