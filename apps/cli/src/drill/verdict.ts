import type { Effect } from './effect.ts';
import { type BoxFault, type Drilled, NOTICED_MS } from './exercised.ts';
import { GROUPS, type Group } from './outcome.ts';

/** What hangs on one box alone: nothing, some kinds of request, or all that were sent. */
export function hangsOn(effect: Effect): readonly Group[] {
  return GROUPS.filter((group) => effect.groups[group]?.needsTheBox === true);
}

/** What the fault of the box came to, in a sentence. */
export function verdictOf(effect: Drilled, fault: BoxFault): string {
  const asked = GROUPS.filter((group) => effect.groups[group] !== undefined);
  const dead = hangsOn(effect);
  if (dead.length === 0) {
    if (effect.failed === 0) return `no request failed${waiting(effect)}${untried(effect)}`;
    return `${counts(effect)} failed, ${within(effect, fault)}`;
  }
  if (dead.length === asked.length) return `everything ${lasting(effect)}: single point of failure`;
  const others = counts(effect, dead);
  const rest = others === '' ? '' : ` (and ${others})`;
  const parts = dead.map((group) => `${group} ${lasting(effect.groups[group])}`);
  return `${parts.join(', ')}${rest}: single point of failure for ${dead.join(' and ')}`;
}

interface Failures {
  readonly failed: number;
  readonly firstFailedMs: number | null;
  readonly lastFailedMs: number | null;
}

function lasting(failures: Failures | undefined): string {
  if (failures === undefined || failures.failed === 0) return 'waited until it was back';
  const ms = (failures.lastFailedMs ?? 0) - (failures.firstFailedMs ?? 0);
  return `failed for ${seconds(ms)}`;
}

function counts({ groups }: Effect, besides: readonly Group[] = []): string {
  return GROUPS.flatMap((group) => {
    const effect = groups[group];
    if (effect === undefined || effect.failed === 0 || besides.includes(group)) return [];
    return [`${effect.failed} of ${effect.sent} ${group}`];
  }).join(' and ');
}

function within({ firstFailedMs, lastFailedMs, failed }: Effect, fault: BoxFault): string {
  if (failed === 1) return `${seconds(firstFailedMs ?? 0)} after the ${fault}`;
  return `${seconds(firstFailedMs ?? 0)} to ${seconds(lastFailedMs ?? 0)} after the ${fault}`;
}

function waiting({ slowestMs }: Effect): string {
  return slowestMs !== null && slowestMs >= NOTICED_MS ? `, one waited ${seconds(slowestMs)}` : '';
}

function untried({ notExercised }: Drilled): string {
  return notExercised == null ? '' : `; not exercised: ${notExercised}`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
