import type { Command } from 'commander';
import { createLogUpdate } from 'log-update';
import { EXIT, type ExitCode } from '../failure.ts';
import { renderTop, shares } from '../report/top.ts';
import { clonesOf } from '../stage/clones.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'live: CPU, share of the quota, throttling and memory of every box and clone, until Ctrl-C',
  needsStage: true,
  options: (command: Command) =>
    command
      .option('--every <seconds>', 'between two looks', '1')
      .option('--times <n>', 'looks, instead of going on until Ctrl-C'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const everyMs = Math.max(0.2, Number(options.every) || 1) * 1000;
  const times = options.times === undefined ? Number.POSITIVE_INFINITY : Number(options.times);
  const screen = createLogUpdate(process.stdout);
  let before = {
    at: performance.now(),
    usage: await runtime.usage(id),
    clones: await clonesOf(runtime, state),
  };
  for (let look = 0; look < times && !context.signal.aborted; look++) {
    await pause(everyMs, context.signal);
    const now = {
      at: performance.now(),
      usage: await runtime.usage(id),
      clones: await clonesOf(runtime, state),
    };
    const seconds = (now.at - before.at) / 1000;
    if (context.json)
      context.stdout(`${JSON.stringify({ stage: id.stage, seconds, boxes: shares(state, before, now) })}\n`);
    else if (process.stdout.isTTY) screen(renderTop(state, before, now));
    else context.stdout(`${renderTop(state, before, now)}\n`);
    before = now;
  }
  screen.done();
  return EXIT.holds;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
