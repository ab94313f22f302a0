import { randomUUID } from 'node:crypto';
import type { StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { siteOf } from './site-of.ts';

/** A visitor waits no longer. */
const LIMIT_MS = 6000;

/** What one visitor of a region asked, and what came of it. */
export interface Attempt {
  readonly region: string;
  readonly request: 'look at the seats' | 'buy a seat';
  /** 0: no answer. */
  readonly status: number;
  readonly ms: number;
  /** Why it was refused, in the shop's words; null: it was not. */
  readonly problem: string | null;
  /** How old the shop says its data may be; null: it says nothing, so it is of this moment. */
  readonly dataAgeSeconds: number | null;
}

interface Visitor {
  readonly region: string;
  readonly site: string;
  readonly signal: AbortSignal;
}

/** A visitor of each region looks at the seats of a show and buys one, through the published ports. */
export async function attemptsOf(
  file: ComposeFile,
  state: StackState,
  signal: AbortSignal,
): Promise<readonly Attempt[]> {
  const regions = Object.keys(file.facts.regions ?? {});
  const each = await Promise.all(
    regions.map(async (region, index) => {
      const site = siteOf(file, state, region);
      const at: Visitor = { region, site, signal };
      return [
        await attempt(at, 'look at the seats', () => ask(`${site}/shows/1/seats`, {}, signal)),
        await attempt(at, 'buy a seat', async () => await buy(site, await freeSeat(at, index), signal)),
      ];
    }),
  );
  return each.flat();
}

/** Asks for a seat of the first show; a seat that is taken already was decided, too (409). */
export async function buy(site: string, seat: number, signal: AbortSignal): Promise<Response> {
  const body = {
    showId: 1,
    seats: [seat],
    name: 'A visitor',
    email: 'visitor@example.org',
    ticket: 'box-office',
  };
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  return await ask(`${site}/reservations`, { method: 'POST', headers, body: JSON.stringify(body) }, signal);
}

/** The last but so many, as this region sees it: loads take seats from the front, and regions not each other's. */
async function freeSeat({ site, signal }: Visitor, last: number): Promise<number> {
  const map = await ask(`${site}/shows/1/seats`, {}, signal);
  const free = [...(await map.text()).matchAll(/"seat":(\d+),[^}]*"sold":false/g)];
  return Number(free.at(-1 - last)?.[1] ?? 500);
}

async function ask(url: string, options: RequestInit, signal: AbortSignal): Promise<Response> {
  return await fetch(url, { ...options, signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]) });
}

async function attempt(
  { region, signal }: Visitor,
  request: Attempt['request'],
  send: () => Promise<Response>,
): Promise<Attempt> {
  const began = performance.now();
  try {
    const answer = await send();
    const text = await answer.text();
    const age = answer.headers.get('x-data-age');
    return {
      region,
      request,
      status: answer.status,
      ms: Math.round(performance.now() - began),
      problem: answer.status >= 400 ? titleOf(text) : null,
      dataAgeSeconds: age === null ? null : Number(age),
    };
  } catch (error) {
    signal.throwIfAborted();
    const ms = Math.round(performance.now() - began);
    return { region, request, status: 0, ms, problem: (error as Error).message, dataAgeSeconds: null };
  }
}

function titleOf(text: string): string {
  try {
    return String((JSON.parse(text) as { title?: string }).title ?? text);
  } catch {
    return text.slice(0, 120);
  }
}
