import Table from 'cli-table3';
import type { Box, StackState, Usage } from '../runtime/runtime.ts';
import type { Clone } from '../stage/clones.ts';
import { colour } from './colour.ts';
import { limiterText } from './limiter-text.ts';
import { head, mebibytes, PLAIN } from './table.ts';

const COLOURS = {
  ready: 'green',
  starting: 'yellow',
  unhealthy: 'red',
  paused: 'yellow',
  killed: 'red',
  exited: 'red',
} as const;

/** The boxes of a running stack, and what they have used since they were made. */
export function renderBoxes(state: StackState, usage: readonly Usage[], clones: readonly Clone[]): string {
  const table = new Table({
    ...PLAIN,
    ...head('box', 'state', 'address', 'cores', 'CPU so far', 'memory', 'restarts', 'pid'),
  });
  for (const box of state.boxes) {
    const used = usage.find((each) => each.box === box.name);
    table.push([
      box.name,
      coloured(box),
      box.address,
      box.cpus === null ? 'all' : box.cpus.toFixed(2),
      used ? `${(used.cpuMicros / 1e6).toFixed(2)} s` : '',
      used ? mebibytes(used.memoryBytes) : '',
      box.restarts,
      box.pid ?? '',
    ]);
  }
  const workers = clones.length > 1 ? `\n\nclones in single\n${renderClones(clones)}` : '';
  return `stage ${state.stage}, ${state.runtime}, limiter ${limiterText(state.limiter)}, site ${state.site}\n\n${table}${workers}\n`;
}

export function coloured(box: Pick<Box, 'state'>): string {
  return colour(COLOURS[box.state], box.state);
}

function renderClones(clones: readonly Clone[]): string {
  const table = new Table({
    ...PLAIN,
    ...head('clone', 'state', 'pid in box', 'CPU so far', 'memory', 'requests', 'restarts'),
  });
  for (const clone of clones) {
    table.push([
      clone.id,
      clone.state,
      clone.pid,
      clone.cpuMicros === undefined ? '' : `${(clone.cpuMicros / 1e6).toFixed(2)} s`,
      clone.memoryBytes === undefined ? '' : mebibytes(clone.memoryBytes),
      clone.requests ?? '',
      clone.restarts,
    ]);
  }
  return String(table);
}
