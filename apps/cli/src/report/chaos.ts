import Table from 'cli-table3';
import type { Chaos } from '../chaos/chaos.ts';
import type { Done } from '../chaos/journal.ts';
import type { Menu } from '../chaos/menu.ts';
import type { Schedule, Step } from '../chaos/schedule.ts';
import type { Shown } from '../chaos/verdict.ts';
import type { Operation } from '../history/operation.ts';
import { commit } from '../measure/provenance.ts';
import { colour } from './colour.ts';
import { provenanceLines } from './provenance.ts';
import { head, PLAIN } from './table.ts';

const COLOURS = { holds: 'green', violated: 'red', void: 'yellow' } as const;
const MOST_VIOLATIONS = 10;

/** The whole schedule, before anything is started. */
export async function renderSchedule(schedule: Schedule, { skipped }: Menu): Promise<string> {
  const { stage, seed, minutes, steps } = schedule;
  return [
    `Stage ${stage}, seed ${seed}, ${minutes} minutes, commit ${await commit()}:`,
    ...steps.map((step) => `${seconds(step.at).padStart(7)} s  ${inWords(step)}`),
    ...skipped.map(({ fault, why }) => `skipped: ${fault}. ${why}`),
    '',
  ].join('\n');
}

/** One step that was carried out. */
export function renderDone({ step, beganAt, endedAt, outcome, cutShort, said }: Done): string {
  const cut = cutShort > 0 ? 'cut short and repeated, ' : '';
  const took = seconds(endedAt - beganAt);
  return `${inWords(step)}: ${cut}${outcome} after ${took} s${outcome === 'done' || said === '' ? '' : ` (${said})`}`;
}

/** What came of a run. */
export function renderChaos(result: Chaos): string {
  const { stage, seed, verdict, violations, why, streams, record, provenance } = result;
  const shown = violations.slice(0, MOST_VIOLATIONS);
  const more = violations.length - shown.length;
  return [
    `Stage ${stage}, seed ${seed}`,
    '',
    operationsTable(result),
    `${streams.opened} event streams brought ${streams.events} events`,
    '',
    stepsTable(result),
    '',
    ...shown.flatMap(renderViolation),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...why.map((reason) => `${reason}.`),
    colour(
      COLOURS[verdict],
      verdict === 'holds' ? 'holds: every promise that was watched was kept' : verdict,
    ),
    `recorded in ${record}`,
    '',
    ...provenanceLines(provenance),
    '',
  ].join('\n');
}

function renderViolation({ promise, what, operations, near }: Shown): string[] {
  return [
    `${promise}: ${what}`,
    ...operations.map((one) => `    ${clock(one.invokedAt)}  ${operationInWords(one)}`),
    ...near.map(
      ({ step, beganAt, endedAt, outcome }) =>
        `    ${clock(beganAt)}  ${inWords(step)} until ${clock(endedAt)}${outcome === 'done' ? '' : ` (${outcome})`}`,
    ),
    '',
  ];
}

function operationInWords(one: Operation): string {
  const { process, op, key, showId, seats, id, outcome, status, completedAt, invokedAt } = one;
  const about = op === 'seat-map' ? `of show ${showId}` : `show ${showId}, seats ${seats.join(', ')}`;
  const took = completedAt === null ? 'no answer' : `${completedAt - invokedAt} ms`;
  const names = [key === null ? '' : `key ${key}`, id === null ? '' : `reservation ${id}`].filter(Boolean);
  return `${process} ${op} ${about}: ${outcome} (${status ?? 'no status'}, ${took}) ${names.join(', ')}`.trimEnd();
}

function operationsTable({ operations }: Chaos): string {
  const table = new Table({ ...PLAIN, ...head('operations', 'ok', 'refused', 'unknown') });
  for (const [op, { ok, refused, unknown }] of Object.entries(operations)) {
    const share = (count: number) => `${count} (${((100 * count) / (ok + refused + unknown)).toFixed(1)} %)`;
    table.push([op, share(ok), share(refused), share(unknown)]);
  }
  return table.toString();
}

function stepsTable({ steps, skipped }: Chaos): string {
  const table = new Table({ ...PLAIN, ...head('fault or operation', 'done', 'not done', 'cut short') });
  for (const [name, { done, failed, cutShort }] of Object.entries(steps))
    table.push([name, done, failed, cutShort]);
  for (const { fault } of skipped) table.push([fault, 'skipped', '', '']);
  return table.toString();
}

function inWords(step: Step): string {
  if (step.type === 'operation') {
    const words = [step.verb, ...step.words].join(' ');
    return step.cutAfterMs === null ? words : `${words}, cut short after ${step.cutAfterMs} ms`;
  }
  const { fault, boxes, forMs, share, oneWay } = step;
  const isLink = fault === 'partition' || fault === 'lossy-link';
  const where = boxes.join(oneWay ? ' → ' : isLink ? ' ↔ ' : ' and ');
  return `${fault} ${where}${share > 0 && share < 1 ? ` (${Math.round(share * 100)} %)` : ''} for ${seconds(forMs)} s`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
