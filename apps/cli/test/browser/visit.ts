import type { Page } from 'playwright-core';

/** Opens a show's seat plan on one instance and waits until it is live. */
export async function openShow(page: Page, site: string, show: number): Promise<void> {
  await page.goto(`${site}/#/shows/${show}`);
  await page.waitForSelector('.live[data-live="true"]');
  await page.waitForSelector('button[data-state="free"]');
}

/** The seats of the open plan that are free, in order. */
export async function freeSeats(page: Page): Promise<number[]> {
  const buttons = await page.locator('button[data-state="free"]').all();
  const numbers = await Promise.all(buttons.slice(0, 40).map((button) => button.getAttribute('data-seat')));
  return numbers.map(Number);
}

export async function pick(page: Page, seat: number): Promise<void> {
  await page.click(`button[data-seat="${seat}"][data-state="free"]`);
}

/** When a purchase was made, in milliseconds of the machine's clock. */
export interface Purchase {
  /** Buy was pressed in the page. */
  readonly pressed: number;
  /** The database began the transaction that sold the seat: a little before the seat was sold. */
  readonly sold: number;
}

/** Fills in the form, presses Buy and waits for the shop's yes. */
export async function buy(
  page: Page,
  name: string,
  ticket: 'mail' | 'box-office' = 'mail',
): Promise<Purchase> {
  await page.fill('input[name=name]', name);
  await page.fill('input[name=email]', 'visitor@example.org');
  await page.check(`input[name=ticket][value=${ticket}]`);
  const pressed = page.evaluate('buyPressed()') as Promise<number>;
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.click('.buy');
  const { createdAt } = (await (await answer).json()) as { createdAt: string };
  return { pressed: await pressed, sold: Date.parse(createdAt) };
}

/** Resolves with the moment at which the seat has the state in this page. */
export function seatBecomes(page: Page, seat: number, state: 'free' | 'sold'): Promise<number> {
  return page.evaluate(`seatBecomes(${seat}, ${JSON.stringify(state)})`) as Promise<number>;
}

/** Which box gave this page its last answer. */
export async function servedBy(page: Page): Promise<string> {
  return (await page.textContent('[data-testid=served-by]')) ?? '';
}
