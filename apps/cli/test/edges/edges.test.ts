import { rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, type Edge, freshAddress, startEdge } from './edge.ts';
import { FOR_EVER, type Origin, startOrigin } from './origin.ts';

if (process.platform !== 'linux') {
  it.skip('the edges (boxes have addresses of their own on Linux only)');
} else {
  let origin: Origin;
  let us: Edge;
  let eu: Edge;
  /** Nothing that an earlier test asked for. */
  let file: string;
  let count = 0;
  const normal: Origin['answer'] = (_req, res) =>
    void res
      .writeHead(200, {
        ...FOR_EVER,
        'X-Served-By': 'app-1',
        'Accept-Ranges': 'bytes',
        'Content-Length': 1000,
      })
      .end('x'.repeat(1000));

  beforeAll(async () => {
    origin = await startOrigin(freshAddress());
    const [usAddress, euAddress] = [freshAddress(), freshAddress()];
    const at = origin.at;
    us = await startEdge({ name: 'edge-us', address: usAddress, origin: at, neighbour: `${euAddress}:8081` });
    eu = await startEdge({ name: 'edge-eu', address: euAddress, origin: at, neighbour: `${usAddress}:8081` });
  }, 180_000);
  afterAll(async () => {
    await Promise.all([us?.stop(), eu?.stop()]);
    await origin?.stop();
  });
  beforeEach(() => {
    count += 1;
    file = `/posters/v1/act-${count}.svg`;
    origin.asked.length = 0;
    origin.answer = normal;
  });

  describe('an edge', () => {
    it('asks the origin once, and says who answered', async () => {
      const first = await us.get(file);
      expect(first.headers).toMatchObject({ 'x-cache': 'MISS', 'x-served-by': 'edge-us, app-1' });
      const second = await us.get(file);
      expect(second.headers).toMatchObject({ 'x-cache': 'HIT', 'x-served-by': 'edge-us', 'x-region': 'us' });
      expect(second.body).toBe(first.body);
      expect(origin.asked).toHaveLength(1);
    });

    it('fills from its neighbour what that one has, without asking the origin', async () => {
      await us.get(file);
      const there = await eu.get(file);
      expect(there.headers).toMatchObject({ 'x-cache': 'NEIGHBOUR', 'x-served-by': 'edge-eu, edge-us' });
      expect((await eu.get(file)).headers['x-cache']).toBe('HIT');
      expect(origin.asked).toHaveLength(1);
    });

    it('gives its neighbour nothing while something is being purged', async () => {
      await us.get(file);
      await writeFile(join(us.folder, 'purging'), '');
      expect((await eu.get(file)).headers['x-cache']).toBe('MISS');
    });

    it('asks the origin once for a file that twenty want at the same time', async () => {
      origin.answer = (req, res) => void setTimeout(() => normal(req, res), 300);
      const answers = await Promise.all(Array.from({ length: 20 }, () => us.get(file)));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(origin.asked).toHaveLength(1);
    });

    it('sends parts of a file, from the first request on; the origin sends the whole, once', async () => {
      for (const cache of ['MISS', 'HIT']) {
        const part = await us.get(file, { range: 'bytes=990-' });
        expect(part).toMatchObject({ status: 206, body: 'x'.repeat(10) });
        expect(part.headers).toMatchObject({ 'x-cache': cache, 'content-range': 'bytes 990-999/1000' });
      }
      const beyond = await us.get(file, { range: 'bytes=1000-' });
      expect(beyond.status).toBe(416);
      expect(beyond.headers['content-range']).toBe('bytes */1000');
      expect(origin.asked.map((req) => req.headers.range)).toEqual([undefined]);
    });

    it('passes events on as they come', async () => {
      let sent = 0;
      origin.answer = (_req, res) => {
        res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'private, no-store' });
        sent = performance.now();
        res.write(': open\n\n');
        setTimeout(() => res.end(), 1500);
      };
      const response = await fetch(`http://${us.address}:8080/shows/1/events`);
      const reader = response.body?.getReader();
      await reader?.read();
      expect(performance.now() - sent).toBeLessThan(500);
      await reader?.cancel();
    });
  });

  describe('when something fails', () => {
    it.each([
      ['refuses with 500', (res) => void res.writeHead(500, FOR_EVER).end('defect')],
      ['breaks off', (res) => void res.destroy()],
    ] as [string, (res: Parameters<Origin['answer']>[1]) => void][])(
      'an origin that %s: what is old is shown',
      async (_, fail) => {
        const path = `/shows/${count}`;
        origin.answer = (_req, res) =>
          void res.writeHead(200, { 'Cache-Control': 'public, max-age=1' }).end('shows');
        expect((await us.get(path)).headers['x-cache']).toBe('MISS');
        // nginx counts whole seconds.
        await sleep(2100);
        origin.answer = (_req, res) => fail(res);
        const old = await us.get(path);
        expect(old).toMatchObject({ status: 200, body: 'shows' });
        expect(old.headers).toMatchObject({ 'x-cache': 'STALE', 'x-served-by': 'edge-us' });
      },
    );

    it.each([500, 404, 403])('keeps no %i, whatever its header says', async (status) => {
      origin.answer = (_req, res) => void res.writeHead(status, FOR_EVER).end('no');
      expect((await us.get(file)).status).toBe(status);
      origin.answer = normal;
      expect(await us.get(file)).toMatchObject({ status: 200, headers: { 'x-cache': 'MISS' } });
    });

    it('says in the shop’s own words that the shop cannot be reached', async () => {
      const lone = await startEdge({
        name: 'lone',
        origin: `${freshAddress()}:1`,
        neighbour: `${freshAddress()}:1`,
      });
      try {
        const answer = await lone.get('/reservations/1');
        expect(answer.status).toBe(502);
        expect(answer.headers).toMatchObject({
          'content-type': 'application/problem+json',
          'cache-control': 'no-store',
        });
        expect(JSON.parse(answer.body)).toMatchObject({ status: 502 });
      } finally {
        await lone.stop();
      }
    });

    describe('a neighbour that hangs', () => {
      let hanging: Server;
      let lone: Edge;
      beforeAll(async () => {
        const address = freshAddress();
        hanging = createServer(() => undefined).listen(8081, address);
        lone = await startEdge({ name: 'lone', origin: origin.at, neighbour: `${address}:8081` });
      });
      afterAll(async () => {
        await lone.stop();
        hanging.close();
      });

      it('is waited for two seconds, then left alone', async () => {
        const first = await lone.get(file);
        expect(first).toMatchObject({ status: 200, headers: { 'x-cache': 'MISS' } });
        expect(first.ms).toBeLessThan(3000);
        const next = await lone.get(file.replace('act', 'other'));
        expect(next).toMatchObject({ status: 200, headers: { 'x-cache': 'MISS' } });
        expect(next.ms).toBeLessThan(1000);
      });
    });
  });

  describe('a visitor who tries tricks', () => {
    it.each([
      ['a query', (path: string) => `${path}?a=1&b=2`, {}],
      ['the query the other way round', (path: string) => `${path}?b=2&a=1`, {}],
      ['another host', (path: string) => path, { host: 'evil.example' }],
      ['a host of the proxies', (path: string) => path, { 'x-forwarded-host': 'evil.example' }],
      ['the path in disguise', (path: string) => path.replace('posters/', 'assets/..//%70osters/./'), {}],
      ['HEAD', (path: string) => path, {}, 'HEAD'],
    ])('gets the one copy: %s', async (_, disguise, headers, method = 'GET') => {
      await us.get(file);
      const answer = await us.get(disguise(file), headers, method);
      expect(answer).toMatchObject({ status: 200, headers: { 'x-cache': 'HIT' } });
      expect(origin.asked).toHaveLength(1);
    });

    it('cannot put an answer of their own in its place: neither query nor host reach the origin', async () => {
      await us.get(`${file}?lang=xx`, { host: 'evil.example', cookie: 'a=b', authorization: 'Basic eDp5' });
      expect(origin.asked[0]?.url).toBe(file);
      expect(origin.asked[0]?.headers.host).not.toContain('evil');
      expect(origin.asked[0]?.headers.cookie).toBeUndefined();
      expect(origin.asked[0]?.headers.authorization).toBeUndefined();
      expect((await us.get(file)).headers['x-cache']).toBe('HIT');
    });

    it('meets letter case as the origin does: another name is another file', async () => {
      await us.get(file);
      origin.answer = (_req, res) => void res.writeHead(404, { 'Cache-Control': 'no-store' }).end();
      expect((await us.get(file.replace('act', 'ACT'))).status).toBe(404);
    });

    it('is refused an address of five thousand letters', async () => {
      expect((await us.get(`/assets/${'a'.repeat(5000)}`)).status).toBe(414);
      expect(origin.asked).toHaveLength(0);
    });

    it('cannot reach what is for the neighbour, or leave the site', async () => {
      expect((await us.get('/../../etc/passwd')).status).toBe(400);
      expect((await ask(us.address, 8081, '/reservations/1')).status).toBe(403);
    });
  });

  describe('nothing personal is kept', () => {
    const shown = { 'Cache-Control': 'public, max-age=60' };

    it.each([
      ['a cookie', '/shows/7001', { cookie: 'read_after_8006=0/1' }],
      ['an authorization', '/shows/7002', { authorization: 'Basic eDp5' }],
      ['the token of a write', '/shows/7003', { 'x-read-after': '0/1' }],
    ])('of somebody who shows %s', async (_, path, headers) => {
      origin.answer = (_req, res) => void res.writeHead(200, shown).end('mine');
      expect((await us.get(path, headers)).body).toBe('mine');
      origin.answer = (_req, res) => void res.writeHead(200, shown).end('everybody’s');
      expect((await us.get(path)).headers['x-cache']).toBe('MISS');
      // Nor is what everybody may see shown to somebody who must see what they have just written.
      origin.answer = (_req, res) => void res.writeHead(200, shown).end('mine');
      expect((await us.get(path, headers)).body).toBe('mine');
    });

    it.each([
      ['another site’s cookie', '/shows/7011', { cookie: 'a=b; xread_after_8006=0/1' }],
      ['the cookie of another stage on this machine', '/shows/7015', { cookie: 'read_after_8007=0/1' }],
      ['a cookie of the shop that is no token', '/shows/7012', { cookie: 'read_after_8006=anything' }],
      ['a header that is no token', '/shows/7013', { 'x-read-after': 'anything' }],
    ])('but answers from the cache where a client shows %s', async (_, path, headers) => {
      origin.answer = (_req, res) => void res.writeHead(200, shown).end('everybody’s');
      await us.get(path);
      const again = await us.get(path, headers);
      expect(again.headers['x-cache']).toBe('HIT');
      expect(origin.asked).toHaveLength(1);
    });

    it('passes the shop’s own cookie on, and no other', async () => {
      origin.answer = (_req, res) => void res.writeHead(200, shown).end('mine');
      await us.get('/shows/7014', { cookie: 'a=b; read_after_8006=16%2FB374D848; c=d' });
      expect(origin.asked[0]?.headers.cookie).toBe('read_after_8006=16%2FB374D848');
    });

    it.each([
      ['it sets a cookie', { ...FOR_EVER, 'Set-Cookie': 'session=1' }],
      ['it is private', { 'Cache-Control': 'private, max-age=60' }],
      ['nobody said that it is public', { 'Cache-Control': 'max-age=60' }],
      ['it may not be stored', { 'Cache-Control': 'no-store' }],
      ['it says nothing', {}],
      ['it is different for each', { ...FOR_EVER, Vary: '*' }],
    ])('when %s', async (_, headers) => {
      origin.answer = (_req, res) => void res.writeHead(200, headers).end('mine');
      await us.get(file);
      await us.get(file);
      expect(origin.asked).toHaveLength(2);
      expect((await eu.get(file)).headers['x-cache']).toBe('MISS');
    });

    it.each([
      '/reservations/1',
      '/shows/1/seats',
      '/reservations/1/ticket.pdf',
      '/metrics',
      '/shows/1/events',
    ])('of %s, even if the origin called it public', async (path) => {
      origin.answer = (_req, res) => void res.writeHead(200, FOR_EVER).end('mine');
      for (const _ of [1, 2]) expect((await us.get(path)).headers['x-cache']).toBe('PASS');
      expect(origin.asked).toHaveLength(2);
    });
  });

  afterEach(() => rm(join(us.folder, 'purging'), { force: true }));
}
