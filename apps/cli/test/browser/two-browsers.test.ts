import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { chromiumPath, launch, newPage } from './chromium.ts';
import { buy, freeSeats, openShow, pick, seatBecomes, servedBy } from './visit.ts';

const STACK = { stage: 3, slot: 9 } as const;
const SHOW = 2;
/** What the shop promises a visitor who watches a plan. */
const PROMISE_MS = 500;
const PICTURES = fileURLToPath(new URL('../../../../node_modules/.cache/two-browsers/', import.meta.url));

const chromium = chromiumPath();
const runtime = nativeRuntime();

if (chromium === null) {
  it.skip('two browsers on two instances (no Chromium at /usr/bin/chromium nor in CHROMIUM_PATH)');
} else if (process.platform !== 'linux') {
  it.skip('two browsers on two instances (their addresses are reachable on Linux only)');
} else {
  describe('two browsers on two instances of stage 3', () => {
    let browsers: Browser[] = [];
    let one: Page;
    let other: Page;

    beforeAll(async () => {
      await mkdir(PICTURES, { recursive: true });
      const stack = await runtime.up(STACK.stage, { slot: STACK.slot });
      browsers = await Promise.all([launch(chromium), launch(chromium)]);
      [one, other] = (await Promise.all(browsers.map(newPage))) as [Page, Page];
      await openShow(one, site(stack, 'app-1'), SHOW);
      await openShow(other, site(stack, 'app-2'), SHOW);
    }, 240_000);

    afterAll(async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      await runtime.down(STACK);
    }, 30_000);

    it('are answered by different boxes', async () => {
      expect([await servedBy(one), await servedBy(other)]).toEqual(['app-1', 'app-2']);
    });

    it(`see a seat bought in one turn taken in the other within ${PROMISE_MS} ms`, async () => {
      // An instance loads what renders tickets with its first sale, and that takes seconds of its small quota.
      await sell(one, other);
      await sell(other, one);
      const sales = [await sell(one, other), await sell(other, one), await sell(one, other)];
      await one.screenshot({ path: join(PICTURES, 'one.png') });
      await other.screenshot({ path: join(PICTURES, 'other.png') });
      const told = sales.map(({ afterSale, afterPress }) => `${afterSale} (${afterPress})`);
      console.info(`taken in the other browser after the sale (after the press): ${told.join(', ')} ms`);
      for (const { afterSale } of sales) expect(afterSale).toBeLessThanOrEqual(PROMISE_MS);
    }, 60_000);

    it('cannot both have the seat that both picked; the slower one is told', async () => {
      const [seat = 0] = await freeSeats(other);
      await pick(one, seat);
      await pick(other, seat);
      await buy(one, 'Ada');
      await other.waitForSelector('.notice');
      expect(await other.textContent('.notice')).toMatch(/sold to somebody else: row \w seat \d+/);
      expect(await other.getAttribute(`button[data-seat="${seat}"]`, 'data-state')).toBe('sold');
      await one.waitForSelector('.ticket');
    }, 30_000);

    it('open a reservation by the link in its mail, and by its id alone only where it was bought', async () => {
      await one.goBack();
      await one.waitForSelector('.live[data-live="true"]');
      const [seat = 0] = await freeSeats(one);
      await pick(one, seat);
      await buy(one, 'Ada');
      await one.waitForSelector('.ticket');
      const { id, token } = (await one.evaluate(`JSON.parse(localStorage.getItem('row-a:tickets'))[0]`)) as {
        id: string;
        token: string;
      };
      const [download] = await Promise.all([
        one.waitForEvent('download'),
        one.click('text=Save ticket (PDF)'),
      ]);
      expect((await readFile(await download.path())).subarray(0, 5).toString()).toBe('%PDF-');

      const stranger = await newPage(browsers[1] as Browser);
      const asked: string[] = [];
      stranger.on('request', (request) => asked.push(request.url()));
      const shop = new URL(other.url()).origin;
      await stranger.goto(`${shop}/#/reservations/${id}`);
      expect(await stranger.textContent('.message')).toContain('This browser cannot open this reservation.');
      await stranger.goto(`${shop}/#/reservations/${id}/${token}`);
      await stranger.waitForSelector('.ticket[data-status="confirmed"]');
      expect(stranger.url()).toBe(`${shop}/#/reservations/${id}`);
      await stranger.reload();
      await stranger.waitForSelector('.ticket[data-status="confirmed"]');
      await stranger.click('text=Cancel order…');
      await stranger.click('text=Yes, cancel');
      await stranger.waitForSelector('.ticket[data-status="cancelled"]');
      expect(asked.filter((url) => url.includes(token))).toEqual([]);
      await stranger.close();
    }, 60_000);

    it('show a name with HTML in it as text, and free the seats of a cancelled order in the other', async () => {
      await one.goBack();
      await one.waitForSelector('.live[data-live="true"]');
      const [seat = 0] = await freeSeats(other);
      await pick(one, seat);
      await buy(one, '<img src=x onerror=document.title=1><b>Ada</b>', 'box-office');
      await one.waitForSelector('.ticket');
      expect(await one.textContent('.ticket dl')).toContain('<img src=x onerror=document.title=1><b>Ada</b>');
      expect(await one.textContent('.ticket dl')).toContain('at the box office');
      expect(await one.title()).toBe('Your ticket · Row A');
      await one.screenshot({ path: join(PICTURES, 'ticket.png') });
      await seatBecomes(other, seat, 'sold');
      await one.click('text=Cancel order…');
      await Promise.all([seatBecomes(other, seat, 'free'), one.click('text=Yes, cancel')]);
      await one.waitForSelector('.ticket[data-status="cancelled"]');
    }, 30_000);
  });
}

/** Sells a seat in one page; tells after how many milliseconds it was taken in the other. */
async function sell(buyer: Page, watcher: Page): Promise<{ afterSale: number; afterPress: number }> {
  const [seat = 0] = await freeSeats(watcher);
  await pick(buyer, seat);
  // Nobody fills in a form in no time: what loading the page took from the box's quota is not the sale's.
  await buyer.waitForTimeout(1000);
  const [purchase, seen] = await Promise.all([buy(buyer, 'Ada'), seatBecomes(watcher, seat, 'sold')]);
  await buyer.waitForSelector('.ticket[data-status="confirmed"]');
  await buyer.goBack();
  await buyer.waitForSelector(`button[data-seat="${seat}"][data-state="mine"]`);
  await buyer.waitForSelector('.live[data-live="true"]');
  return { afterSale: Math.round(seen - purchase.sold), afterPress: Math.round(seen - purchase.pressed) };
}

/** An instance's own address, past the load balancer. */
function site(stack: StackState, name: string): string {
  const box = stack.boxes.find((each) => each.name === name);
  if (box === undefined) throw new Error(`stage ${stack.stage} has no ${name}`);
  return `http://${box.address}:8080`;
}
