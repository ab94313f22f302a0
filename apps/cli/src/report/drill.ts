import Table from 'cli-table3';
import type { Drill } from '../drill/drill.ts';
import type { Effect } from '../drill/effect.ts';
import type { BoxFault } from '../drill/exercised.ts';
import { GROUPS } from '../drill/outcome.ts';
import { hangsOn, verdictOf } from '../drill/verdict.ts';
import { colour } from './colour.ts';
import { milliseconds } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';
import { head, PLAIN } from './table.ts';

const COLOURS = { holds: 'green', 'falls short': 'red', void: 'yellow' } as const;
const MEANINGS = {
  holds: 'holds: every box came back, and nothing that was acknowledged is lost or sold twice',
  'falls short': 'falls short',
  void: 'void',
} as const;

const MORE =
  'Not exercised: a higher --rate puts more requests in flight, `drill buy` mails tickets, `drill cancel` gives seats back.';

/** What each box's fault did, which boxes may die, and whether anything was lost. */
export function renderDrill(result: Drill): string {
  const { verdict, faults, why, verification, provenance } = result;
  const found = [...faults, ...(verification?.examples ?? [])];
  return [
    `Stage ${result.stage}, ${result.scenario} at ${result.rate}/s: ${described(result)}`,
    '',
    ...(result.boxes.length === 0 ? [] : [figures(result), '', mayDie(result)]),
    `${result.failed} of ${result.requests} requests failed`,
    verification === null
      ? 'the database could not be read'
      : `${verification.acknowledged} reservations acknowledged, ${verification.lost} lost, ${verification.soldTwice} seats sold twice, ${verification.wrongReplay} wrong replays`,
    ...(found.length === 0 ? [] : ['', ...found.map((each) => `  ${each}`)]),
    colour(COLOURS[verdict], MEANINGS[verdict]),
    '',
    renderProvenance(provenance, why),
    '',
  ].join('\n');
}

const DESCRIBED: Readonly<Record<BoxFault, string>> = {
  kill: 'each box killed (SIGKILL, not a power cut), down',
  pause: 'each box paused, hanging',
};

function described({ fault, downSeconds }: Drill): string {
  return `${DESCRIBED[fault]} for ${downSeconds} s, healed`;
}

function figures({ boxes: effects, fault }: Drill): string {
  const groups = GROUPS.filter((group) => effects.some((effect) => effect.groups[group] !== undefined));
  const table = new Table({
    ...PLAIN,
    ...head(
      'box',
      ...groups.map((group, index) => (index === 0 ? `failed: ${group}` : group)),
      'from – to',
      'P95 before',
      'down',
      'slowest',
      'ready',
      'right again',
    ),
  });
  for (const effect of effects) {
    const { firstFailedMs, lastFailedMs, p95Ms, slowestMs, readyMs } = effect;
    table.push([
      effect.box,
      ...groups.map((group) => {
        const { failed = 0, sent = 0 } = effect.groups[group] ?? {};
        return failed === 0 ? '–' : `${failed} of ${sent}`;
      }),
      firstFailedMs === null ? '–' : `${inSeconds(firstFailedMs)} – ${inSeconds(lastFailedMs)} s`,
      ...[p95Ms.before, p95Ms.down, slowestMs, readyMs].map(milliseconds),
      rightAgain(effect),
    ]);
  }
  const legend = `from – to: failed requests, after the ${fault}; down: P95 meanwhile; ready, right again: after the heal`;
  return `${table}\n\n${colour('dim', legend)}`;
}

function rightAgain({ failed, rightAgainMs }: Effect): string {
  if (failed === 0) return '–';
  if (rightAgainMs === null) return 'never';
  return rightAgainMs === 0 ? 'before' : milliseconds(rightAgainMs);
}

function inSeconds(ms: number | null): string {
  return ((ms ?? 0) / 1000).toFixed(2);
}

function mayDie({ boxes: effects, fault }: Drill): string {
  const table = new Table(PLAIN);
  for (const effect of effects) {
    const format =
      hangsOn(effect).length > 0
        ? 'red'
        : effect.failed > 0
          ? 'yellow'
          : effect.notExercised === null
            ? 'green'
            : 'dim';
    table.push([effect.box, colour(format, verdictOf(effect, fault))]);
  }
  const how = effects.flatMap(({ box, failures }) => {
    const kinds = Object.entries(failures).map(([failure, count]) => `${count} × ${failure}`);
    return kinds.length === 0 ? [] : [`${box} ${kinds.join(', ')}`];
  });
  const title = colour('bold', 'Which box may die?');
  const untried = effects.some(({ notExercised }) => notExercised !== null);
  return [
    title,
    String(table),
    ...(untried ? ['', colour('dim', MORE)] : []),
    ...(how.length === 0 ? [] : ['', `Failed by: ${how.join('; ')}`]),
  ].join('\n');
}
