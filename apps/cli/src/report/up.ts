import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';
import type { StackState, UpProgress } from '../runtime/runtime.ts';
import type { StageFacts } from '../stage/compose-service.ts';
import type { Lookouts } from '../stage/observed.ts';
import { coloured } from './boxes.ts';
import { colour } from './colour.ts';
import { commandLines } from './command-lines.ts';
import { limiterText } from './limiter-text.ts';
import { head, PLAIN } from './table.ts';

/** CPU of each box, of its quota: the dashboards' first graph. */
const FIRST_QUESTION = 'rate(box_cpu_seconds_total[20s]) / box_quota_cores';

const MARKS = { ready: '✔', starting: '◌', unhealthy: '✖', paused: '◌', killed: '✖', exited: '·' } as const;

/** Steps of `up` as they happen: rewritten in place at a terminal, a line per event elsewhere. */
export class UpDisplay {
  private readonly lines = new Map<string, string>();
  private readonly write: (text: string) => void;
  private readonly screen = process.stderr.isTTY ? createLogUpdate(process.stderr) : null;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  show(event: UpProgress): void {
    if (event.step === 'prepare')
      this.set(`prepare ${event.what.split(':')[0]}`, `${colour('dim', '◌')} ${event.what}`);
    else if (event.state !== 'exited' || this.lines.has(event.box)) this.set(event.box, boxLine(event));
  }

  end(): void {
    this.screen?.done();
  }

  private set(key: string, line: string): void {
    this.lines.set(key, line);
    if (this.screen) this.screen([...this.lines.values()].join('\n'));
    else this.write(`${line}\n`);
  }
}

function boxLine(event: Extract<UpProgress, { step: 'box' }>): string {
  const paint = event.state === 'ready' ? 'green' : event.state === 'starting' ? 'yellow' : 'red';
  return `${colour(paint, MARKS[event.state])} ${event.box.padEnd(12)} ${event.state.padEnd(9)} ${(event.afterMs / 1000).toFixed(2).padStart(6)} s`;
}

export interface Started {
  readonly state: StackState;
  readonly facts: StageFacts;
  /** Doors of other regions than the first, by name. */
  readonly sites: Readonly<Record<string, string>>;
  /** null: nobody observes it. */
  readonly observe: Lookouts | null;
}

/** What runs where, and what to try next. */
export function renderUp({ state, facts, sites, observe }: Started): string {
  const table = new Table({ ...PLAIN, ...head('box', 'kind', 'state', 'address', 'cores') });
  for (const box of state.boxes) {
    table.push([
      box.name,
      box.kind,
      coloured(box),
      box.address,
      box.cpus === null ? 'all' : box.cpus.toFixed(2),
    ]);
  }
  const n = state.stage;
  const others = Object.entries(sites).map(
    ([region, site]) => `\n         ${colour('cyan', site)}  as visitors from ${region} come in`,
  );
  const next = commandLines(
    n,
    [
      [`load ${facts.scenario}`, 'what it can take, and which box is saturated'],
      n > 1 ? ['compare', 'measured beside the stage before'] : ['top', 'the boxes, live'],
      ['down', ''],
    ],
    4,
  );
  return `
${colour('bold', `Stage ${n}: ${facts.title}`)} is up after ${(state.readyMs / 1000).toFixed(1)} s (${state.runtime}, limiter ${limiterText(state.limiter)})

${table}

  site   ${colour('cyan', state.site)}${others.join('')}
  mails  ${colour('cyan', state.mail)}${observe === null ? '' : observers(observe)}

Next:  ${next.join('\n       ')}
`;
}

/** Where to look, and with which words to begin where nothing has been prepared. */
function observers({ prometheus, grafana }: Lookouts): string {
  if (grafana !== null)
    return `\n  graphs ${colour('cyan', grafana)}\n         ${colour('cyan', prometheus)}  Prometheus, for questions of your own`;
  return `\n  graphs ${colour('cyan', prometheus)}  Prometheus' own page (Grafana comes with --runtime compose); ask it for\n         ${FIRST_QUESTION}`;
}
