import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const STANDARD_PATH = '/usr/bin/chromium';
/** No traffic but the test's own. The sandbox needs rights that a container, or root, often lacks. */
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium to drive: `CHROMIUM_PATH`, else where distributions put it; null where there is none. */
export function chromiumPath(): string | null {
  const path = process.env.CHROMIUM_PATH ?? STANDARD_PATH;
  return existsSync(path) ? path : null;
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: SWITCHES, timeout: 30_000 });
}

/** A visitor's page that can tell when seats change, with nobody else's cookies. */
export async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  page.setDefaultTimeout(10_000);
  await page.addInitScript({ path: fileURLToPath(new URL('watch-seat.js', import.meta.url)) });
  return page;
}
