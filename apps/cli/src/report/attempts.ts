import Table from 'cli-table3';
import type { Attempt } from '../regions/attempts.ts';
import { head, PLAIN } from './table.ts';

/** What visitors of each region asked for, and what they were told. */
export function renderAttempts(attempts: readonly Attempt[]): string {
  const table = new Table({ ...PLAIN, ...head('from', 'wants to', 'status', 'after', 'was told') });
  for (const { region, request, status, ms, problem, dataAgeSeconds } of attempts) {
    const age = dataAgeSeconds === null ? '' : `data may be ${dataAgeSeconds} s old`;
    table.push([region, request, status === 0 ? 'none' : status, `${ms} ms`, problem ?? age]);
  }
  return `${table}\n`;
}
