import type { LogEnd } from '@scaling/tickets/lsn';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { appBox } from '../measure/inventory.ts';
import type { Box, Runtime, StackState } from '../runtime/runtime.ts';
import { type Journal, lastLeader, readJournal, writeJournal } from './journal.ts';

const LIMIT_MS = 60_000;

const looked = z.object({
  databases: z.array(
    z.object({
      name: z.string(),
      role: z.enum(['primary', 'standby', 'silent']),
      timeline: z.number().nullable(),
      position: z.string().nullable(),
      /** A standby that was asked to lead and is still on its way. */
      promoting: z.boolean(),
      /** Its settings of these names; null: it does not answer. */
      synchronousStandbys: z.string().nullable(),
      synchronousCommit: z.string().nullable(),
    }),
  ),
});

const promotion = z.object({
  primary: z.string(),
  timeline: z.number(),
  position: z.string(),
  promotedAt: z.number(),
  promoted: z.boolean(),
  followers: z.array(z.string()),
  redundantAt: z.number().nullable(),
  sync: z.enum(['on', 'off', 'suspended']),
  lossy: z.boolean(),
  silent: z.array(z.string()),
});

/** A database as it was just seen. `silent`: it does not answer. */
export type Seen = z.infer<typeof looked>['databases'][number];
export type Promotion = z.infer<typeof promotion>;

/** The boxes that are databases. @throws Failure in a stage that has no replicas. */
export function databaseBoxes(state: StackState): readonly Box[] {
  if (state.boxes.some((box) => box.kind === 'replica'))
    return state.boxes.filter((box) => box.kind === 'db' || box.kind === 'replica');
  throw new Failure(`Stage ${state.stage} has one database and no replicas: there is none to take over.`, {
    next: 'Replicas come with stage 4.',
  });
}

/** Asks every database for its role. */
export async function look(runtime: Runtime, state: StackState): Promise<readonly Seen[]> {
  return looked.parse(await ask(runtime, state, ['look'])).databases;
}

/** The database that leads: no standby, and on the highest timeline of all that answer. */
export function primaryOf(seen: readonly Seen[]): string | undefined {
  const highest = Math.max(0, ...seen.map((one) => one.timeline ?? 0));
  return seen.find((one) => one.role === 'primary' && one.timeline === highest)?.name;
}

/**
 * The database that leads as far as is known, whether it answers or not: what is remembered of the last failover counts,
 * unless that database says itself that it follows another one.
 */
export function leaderOf(state: StackState, journal: Journal, seen: readonly Seen[]): string | undefined {
  const last = lastLeader(state, journal);
  const isStandby = seen.some(({ name, role }) => name === last && role === 'standby');
  return isStandby ? (primaryOf(seen) ?? last) : last;
}

/** Stops the standbys from receiving. */
export async function cut(runtime: Runtime, state: StackState): Promise<void> {
  await ask(runtime, state, ['cut']);
}

/** Lets the primary acknowledge nothing from now on. @returns up to where it has written */
export async function fence(runtime: Runtime, state: StackState, primary: string): Promise<LogEnd> {
  const answer = await ask(runtime, state, ['fence', primary]);
  return z.object({ timeline: z.number(), position: z.string() }).parse(answer);
}

/** Lets a fenced primary that still runs take writes again. */
export async function unfence(runtime: Runtime, state: StackState, primary: string): Promise<void> {
  await ask(runtime, state, ['unfence', primary]);
}

export interface PromotionRequest {
  readonly deposed: string;
  /** The databases of which one may lead, as they were seen before the primary was deposed. */
  readonly candidates: readonly string[];
  /** Those that an earlier try has promoted, or asked to lead: they may have taken sales. */
  readonly mayLead: readonly string[];
  /** `quorum`, `lossy`, or where the fenced primary ended, which the best standby must have. */
  readonly proof: 'quorum' | 'lossy' | LogEnd;
  /** Nobody is promoted after this, in milliseconds since 1970. */
  readonly until: number;
}

/** Waits until the deposed primary is gone, then promotes the best standby and lets the others follow it. */
export async function promote(
  runtime: Runtime,
  state: StackState,
  request: PromotionRequest,
): Promise<Promotion> {
  return promotion.parse(await ask(runtime, state, ['promote', JSON.stringify(request)]));
}

/**
 * Lets commits wait for a standby again, where a failover had to suspend that; whether one has all that was acknowledged
 * meanwhile.
 */
export async function guard(runtime: Runtime, state: StackState): Promise<boolean> {
  const journal = await readJournal(state);
  const last = journal.past.at(-1);
  if (journal.underWay !== null || last?.sync !== 'suspended' || last.resumed === true) return false;
  const answer = await ask(runtime, state, ['guard', last.to]);
  const { resumed } = z.object({ resumed: z.boolean() }).parse(answer);
  if (resumed)
    await writeJournal(state, { ...journal, past: [...journal.past.slice(0, -1), { ...last, resumed }] });
  return resumed;
}

/** Standbys that lack log which the primary no longer keeps: they never catch up. */
export async function outrun(
  runtime: Runtime,
  state: StackState,
  primary: string,
): Promise<readonly string[]> {
  const answer = await ask(runtime, state, ['outrun', primary]);
  return z.object({ outrun: z.array(z.string()) }).parse(answer).outrun;
}

/**
 * Databases that answer and do not follow the primary, because they hung during a failover: they receive nothing more until
 * they are copied again. Not between regions, where each has one standby, behind a link that may be cut on purpose.
 */
export async function strays(
  runtime: Runtime,
  state: StackState,
  primary: string,
): Promise<readonly string[]> {
  if (state.boxes.some((box) => box.kind === 'link')) return [];
  const answer = await ask(runtime, state, ['strays', primary]);
  return z.object({ strays: z.array(z.string()) }).parse(answer).strays;
}

/**
 * An app knows its own region's database by name and the others by a port of the link; whoever operates the shop reaches
 * each by its own name, and also past a link that is cut. `env` sets the variables for this one command.
 */
export function directly(state: StackState): readonly string[] {
  if (!state.boxes.some((box) => box.kind === 'link')) return [];
  const [first = '', ...others] = databaseBoxes(state).map(
    (box) => `postgres://tickets:tickets@${box.name}:5432/tickets`,
  );
  return ['env', `DATABASE_URL=${first}`, `REPLICA_URLS=${others.join(',')}`];
}

async function ask(runtime: Runtime, state: StackState, words: readonly string[]): Promise<unknown> {
  const box = appBox(state);
  const { code, stdout, stderr } = await runtime.exec(
    state,
    box,
    [...directly(state), 'node', 'admin/databases.mjs', ...words],
    { timeoutMs: LIMIT_MS },
  );
  if (code === 0) return JSON.parse(stdout);
  throw new Failure(
    `The databases could not be asked to ${words[0]}: ${stderr.trim().split('\n').at(-1) || `status ${code}`}.`,
    { where: box, next: `What stands: \`pnpm stage ${state.stage} ps\`. Then run the failover again.` },
  );
}
