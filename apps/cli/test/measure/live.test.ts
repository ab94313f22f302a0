import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { live } from '../../src/measure/live.ts';

/** Answers as k6 does: 100 requests more each time it is asked, and P95 once there was one. */
async function fakeApi(): Promise<{ url: string; close: () => void }> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    const trend = { id: 'latency_this', attributes: { sample: { 'p(95)': 41.5 } } };
    const data = [
      { id: 'http_reqs', attributes: { sample: { count: asked * 100, rate: 1 } } },
      ...(asked > 1 ? [trend] : []),
    ];
    response.end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

describe('what is shown while k6 runs', () => {
  it('is the rate of the last second and the P95 so far', async () => {
    const api = await fakeApi();
    const ended = new AbortController();
    const seen = [];
    for await (const now of live(api.url, ended.signal)) {
      seen.push(now);
      if (seen.length === 2) ended.abort();
    }
    api.close();
    expect(seen[0]?.p95Ms).toBeNull();
    expect(seen[1]?.p95Ms).toBe(41.5);
    expect(seen[1]?.rate).toBeGreaterThan(80);
    expect(seen[1]?.rate).toBeLessThan(110);
  });

  it('is nothing, and no error, where k6 cannot be asked', async () => {
    const seen = [];
    for await (const now of live(null, new AbortController().signal)) seen.push(now);
    for await (const now of live('http://127.0.0.1:1', AbortSignal.timeout(1200))) seen.push(now);
    expect(seen).toEqual([]);
  });
});
