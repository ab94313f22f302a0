import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../../src/journey/report/write.ts';
import { syntheticJourney, withVoidStage } from '../journey/report/synthetic.ts';
import { chromiumPath, launch } from './chromium.ts';

const chromium = chromiumPath();

if (chromium === null) {
  it.skip('the journey’s report in a browser (no Chromium at /usr/bin/chromium nor in CHROMIUM_PATH)');
} else {
  describe('the journey’s report in a browser', () => {
    let folder: string;
    let address: string;
    let browser: Browser;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'journey-report-'));
      const journey = withVoidStage(syntheticJourney(), 3, ['the load generator was short of processor']);
      const cost = { perMonth: 214, perThousandRequests: 0.00123, currency: 'USD', pricesOf: '2026-11-01' };
      const known = new Map(journey.stages.map(({ stage }) => [stage, { cure: 'More of it', cost }]));
      address = pathToFileURL((await writeReport(journey, { folder, known })).html).href;
      browser = await launch(chromium);
    });

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it.each([
      [390, 'light'],
      [390, 'dark'],
      [1280, 'light'],
      [1280, 'dark'],
    ] as const)(
      '%s px wide, %s: it asks for nothing else and never moves sideways',
      async (width, colorScheme) => {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(address);
        const [paper, wide, plots] = await page.evaluate<[string, number, number[]]>(
          '[getComputedStyle(document.body).backgroundColor, document.documentElement.scrollWidth, [...document.querySelectorAll("figure > svg")].map((svg) => svg.getBoundingClientRect().width)]',
        );
        expect(asked).toEqual([address]);
        expect(wide).toBe(width);
        expect(paper).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 27)' : 'rgb(253, 252, 249)');
        expect(Math.min(...plots)).toBeGreaterThan(330);
        await page.close();
      },
    );
  });
}
