import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import { buySeat } from '../../src/stage/buy-seat.ts';
import { chromiumPath, launch, newPage } from './chromium.ts';
import { buy, freeSeats, openShow, pick, seatBecomes, servedBy } from './visit.ts';

const STACK = { stage: 6, slot: 9 } as const;
const SHOW = 2;
/** What the shop promises who watches a plan, and the way over the link. */
const PROMISE_MS = 500 + 80;
const PICTURES = fileURLToPath(new URL('../../../../node_modules/.cache/through-the-edge/', import.meta.url));

const chromium = chromiumPath();
const runtime = nativeRuntime();

if (chromium === null) {
  it.skip('browsers at the edges (no Chromium at /usr/bin/chromium nor in CHROMIUM_PATH)');
} else if (process.platform !== 'linux') {
  it.skip('browsers at the edges (their addresses are reachable on Linux only)');
} else {
  describe('browsers at the edges of stage 6', () => {
    let browsers: Browser[] = [];
    let europe: Page;
    let america: Page;
    let eu: string;

    beforeAll(async () => {
      await mkdir(PICTURES, { recursive: true });
      const stack = await runtime.up(STACK.stage, { slot: STACK.slot });
      const site = (name: string): string =>
        `http://${stack.boxes.find((box) => box.name === name)?.address ?? ''}:8080`;
      eu = site('edge-eu');
      // An instance loads what renders tickets with its first sales, and that takes seconds of its small quota.
      const instances = stack.boxes.filter((box) => box.kind === 'app');
      await Promise.all(
        instances.map(async ({ name }, n) => {
          for (const seat of [1, 2, 3])
            await buySeat(site(name), { showId: 1, seat: 3 * n + seat, ticket: 'mail' }, 30_000);
        }),
      );
      browsers = await Promise.all([launch(chromium), launch(chromium)]);
      [europe, america] = (await Promise.all(browsers.map(newPage))) as [Page, Page];
      await openShow(europe, eu, SHOW);
      await openShow(america, site('edge-us'), SHOW);
    }, 240_000);

    afterAll(async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      await runtime.down(STACK);
    }, 30_000);

    it('are told which boxes answered', async () => {
      expect(await servedBy(europe)).toMatch(/^edge-eu( › app-\d)?$/);
      expect(await servedBy(america)).toMatch(/^edge-us( › app-\d)?$/);
    });

    it('get every poster, the second visitor out of the edge’s cache', async () => {
      for (const round of ['first', 'second']) {
        const visitor = await newPage(browsers[0] as Browser);
        const seen: string[] = [];
        visitor.on('response', (response) => {
          if (response.url().includes('/posters/')) seen.push(response.headers()['x-cache'] ?? 'none');
        });
        await visitor.goto(`${eu}/`);
        await visitor.waitForSelector('img');
        await visitor.evaluate(
          'Promise.all([...document.images].map((image) => { image.loading = "eager"; return image.decode(); }))',
        );
        expect(seen.length).toBeGreaterThan(20);
        if (round === 'second') expect(new Set(seen)).toEqual(new Set(['HIT']));
        await visitor.screenshot({ path: join(PICTURES, `shows-${round}.png`) });
        await visitor.close();
      }
    }, 60_000);

    it(`see a seat that is sold on the other side of the link taken within ${PROMISE_MS} ms`, async () => {
      await sell(america, europe);
      const took = [await sell(america, europe), await sell(america, europe), await sell(america, europe)];
      await europe.screenshot({ path: join(PICTURES, 'europe.png') });
      console.info(`taken in Europe ${took.join(', ')} ms after the sale`);
      for (const ms of took) expect(ms).toBeLessThanOrEqual(PROMISE_MS);
    }, 60_000);
  });
}

/** Sells a seat in one page; tells after how many milliseconds it was taken in the other. */
async function sell(buyer: Page, watcher: Page): Promise<number> {
  const [seat = 0] = await freeSeats(watcher);
  await pick(buyer, seat);
  await buyer.waitForTimeout(1000);
  const [purchase, seen] = await Promise.all([buy(buyer, 'Ada'), seatBecomes(watcher, seat, 'sold')]);
  await buyer.waitForSelector('.ticket[data-status="confirmed"]');
  await buyer.goBack();
  await buyer.waitForSelector(`button[data-seat="${seat}"][data-state="mine"]`);
  await buyer.waitForSelector('.live[data-live="true"]');
  return Math.round(seen - purchase.sold);
}
