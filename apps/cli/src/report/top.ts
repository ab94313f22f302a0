import Table from 'cli-table3';
import type { StackState, Usage } from '../runtime/runtime.ts';
import type { Clone } from '../stage/clones.ts';
import { coloured } from './boxes.ts';
import { limiterText } from './limiter-text.ts';
import { head, mebibytes, PLAIN, percent } from './table.ts';

/** One look at a stack; two of them make a share. `at` in milliseconds. */
export interface Look {
  readonly at: number;
  readonly usage: readonly Usage[];
  readonly clones: readonly Clone[];
}

export interface BoxShare {
  readonly box: string;
  /** Cores used. */
  readonly cores: number;
  /** Of its quota; null where it has none. */
  readonly share: number | null;
  /** Share of the enforcement periods in which it was throttled. */
  readonly throttled: number;
  readonly memoryBytes: number;
}

/** What each box used between two looks. */
export function shares(state: StackState, before: Look, now: Look): BoxShare[] {
  const micros = (now.at - before.at) * 1000;
  return state.boxes.map((box) => {
    const [was, is] = [before, now].map((look) => look.usage.find((each) => each.box === box.name));
    const cores = Math.max(0, (is?.cpuMicros ?? 0) - (was?.cpuMicros ?? 0)) / micros;
    const periods = (is?.periods ?? 0) - (was?.periods ?? 0);
    return {
      box: box.name,
      cores,
      share: box.cpus === null ? null : cores / box.cpus,
      throttled: periods > 0 ? ((is?.throttledPeriods ?? 0) - (was?.throttledPeriods ?? 0)) / periods : 0,
      memoryBytes: is?.memoryBytes ?? 0,
    };
  });
}

/** The live table of `top`. */
export function renderTop(state: StackState, before: Look, now: Look): string {
  const table = new Table({
    ...PLAIN,
    ...head('box', 'state', 'cores', 'of its quota', '', 'throttled', 'memory'),
  });
  for (const each of shares(state, before, now)) {
    const box = state.boxes.find(({ name }) => name === each.box);
    const share = each.share === null ? '' : percent(each.share);
    const bar =
      each.share === null ? '' : '█'.repeat(Math.round(Math.min(each.share, 1) * 20)).padEnd(20, '·');
    table.push([
      each.box,
      box ? coloured(box) : '',
      each.cores.toFixed(3),
      share,
      bar,
      percent(each.throttled),
      mebibytes(each.memoryBytes),
    ]);
  }
  const clones = now.clones.length > 1 ? `\n\n${cloneShares(before, now)}` : '';
  return `stage ${state.stage}, ${state.runtime}, limiter ${limiterText(state.limiter)}\n\n${table}${clones}`;
}

function cloneShares(before: Look, now: Look): string {
  const seconds = (now.at - before.at) / 1000;
  const table = new Table({
    ...PLAIN,
    ...head('clone', 'state', 'cores', 'requests/s', 'memory', 'restarts'),
  });
  for (const clone of now.clones) {
    const was = before.clones.find((each) => each.pid === clone.pid);
    const cores = ((clone.cpuMicros ?? 0) - (was?.cpuMicros ?? 0)) / 1e6 / seconds;
    const rate = ((clone.requests ?? 0) - (was?.requests ?? 0)) / seconds;
    table.push([
      clone.id,
      clone.state,
      cores.toFixed(3),
      rate.toFixed(1),
      mebibytes(clone.memoryBytes ?? 0),
      clone.restarts,
    ]);
  }
  return String(table);
}
