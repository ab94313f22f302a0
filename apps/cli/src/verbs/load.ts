import type { Command } from 'commander';
import { createLogUpdate } from 'log-update';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { live } from '../measure/live.ts';
import { type Entrance, load } from '../measure/load.ts';
import { findScenario, SCENARIOS } from '../measure/scenarios.ts';
import { wrongAnswers } from '../measure/summary.ts';
import { ERROR_LIMIT } from '../measure/validity.ts';
import { suggestion } from '../nearest.ts';
import { renderLive, renderLoad } from '../report/load.ts';
import type { Box, StackState } from '../runtime/runtime.ts';
import { wayInto } from '../stage/regions.ts';
import { readStage } from '../stage/stages.ts';
import { amount } from './amount.ts';
import { boxNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'one load run: P50, P95, P99, how busy each box was, which one is saturated',
  needsStage: true,
  options: (command: Command) =>
    command
      .argument(
        '[scenario]',
        Object.entries(SCENARIOS)
          .map(([name, { summary }]) => `${name}: ${summary}`)
          .join('; '),
      )
      .option('--rate <perSecond>', 'requests that arrive per second (default 50)')
      .option('--vus <users>', 'instead of a rate: users who ask again as soon as they are answered')
      .option('--duration <seconds>', 'seconds measured (default 20)')
      .option('--slo <ms>', 'a good answer comes within (default 200)')
      .option(
        '--through <where>',
        'entry: straight to the entry box (default); site: through the published port, where a client has limits',
      )
      .option(
        '--at <box>',
        'by another way in: an edge, a load balancer, an app, or link (from afar to the origin)',
      )
      .option('--from <region>', 'as visitors of this region come in (stages with regions)')
      .option(
        '--disturbed',
        'boxes are killed or reloaded meanwhile: count wrong answers, 1 if 0.1 % or more',
      )
      .option('--streams <count>', 'visitors who watch a seat map meanwhile, at each way in (at most 5000)')
      .option('--cold', 'do not warm the boxes up before the first run of a scenario')
      .option('--local-ips <cidr>', 'addresses that k6 sends from'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const scenario = findScenario(context.args[0]);
  const vus = options.vus === undefined ? undefined : amount('--vus', options.vus, 1, 2000);
  if (vus !== undefined && options.rate !== undefined) {
    throw new Failure('A load has a rate or a number of users, not both.', {
      next: 'Leave out --rate or --vus.',
    });
  }
  const rate =
    vus === undefined ? amount('--rate', options.rate ?? (scenario.thinks ? 5 : 50), 0.1, 5000) : undefined;
  const duration = amount('--duration', options.duration ?? 20, 1, 3600);
  const sloMs = amount('--slo', options.slo ?? 200, 1, 60_000);
  const through = throughOf(options.through);
  const streams = options.streams === undefined ? undefined : amount('--streams', options.streams, 1, 5000);
  const { runtime, state } = await runningStack(context);
  const by = await entrance(state, options);
  const ended = new AbortController();
  let display: Promise<void> = Promise.resolve();
  const result = await load(runtime, state, {
    scenario: scenario.name,
    ...(rate === undefined ? {} : { rate }),
    ...(vus === undefined ? {} : { vus }),
    ...(typeof options.localIps === 'string' ? { localIps: options.localIps } : {}),
    duration,
    sloMs,
    through,
    ...(by === undefined ? {} : { by }),
    cold: options.cold === true,
    disturbed: options.disturbed === true,
    ...(streams === undefined ? {} : { streams: { count: streams, ways: await waysIn(state, by) } }),
    onStreams: (phase) =>
      context.stderr(phase === 'open' ? 'opening event streams\n' : 'their clients leave without a word\n'),
    onWarmUp: () => context.stderr('warming up, without quotas\n'),
    signal: context.signal,
    onStart: (api) => {
      display = showLive(context, api, duration, ended.signal);
    },
    onDrain: () => {
      ended.abort();
      context.stderr('the load is over; waiting for the queue to drain\n');
    },
  }).finally(async () => {
    ended.abort();
    await display;
  });
  context.stdout(context.json ? `${JSON.stringify(jsonOf(result))}\n` : renderLoad(result));
  if (result.run.why.length > 0) return EXIT.couldNotRun;
  const wrong = wrongAnswers(result.side.summary) / Math.max(1, result.side.summary.requests);
  const { failed = 0, left = 0 } = result.streams ?? {};
  return wrong < ERROR_LIMIT && failed + left === 0 ? EXIT.holds : EXIT.fallsShort;
}

/** Where the load comes in, if not by the stage's entry. */
async function entrance(
  state: StackState,
  { at, from }: Record<string, unknown>,
): Promise<Entrance | undefined> {
  if (at !== undefined && from !== undefined)
    throw new Failure('A load goes to a box, or comes from a region, not both.', {
      next: 'Leave out --at or --from.',
    });
  if (from !== undefined) {
    const region = String(from);
    return { name: `from ${region}`, url: wayInto(await readStage(state.stage), state, region) };
  }
  if (at === undefined) return undefined;
  const box = wayIn(state, String(at));
  return { name: `by ${box.name}`, url: `http://${box.address}:8080` };
}

/** Where those who watch come in: as the load does, else in every region. */
async function waysIn(state: StackState, by: Entrance | undefined): Promise<string[]> {
  if (by !== undefined) return [by.url];
  const file = await readStage(state.stage);
  const regions = Object.keys(file.facts.regions ?? {});
  return regions.length === 0 ? [state.entry] : regions.map((region) => wayInto(file, state, region));
}

/** Kinds of box that answer for the shop at port 8080. */
const WAYS_IN = ['edge', 'link', 'lb', 'router', 'app', 'single'];

function wayIn(state: StackState, name: string): Box {
  const box = boxNamed(state, name);
  if (WAYS_IN.includes(box.kind)) return box;
  const ways = state.boxes.filter(({ kind }) => WAYS_IN.includes(kind)).map((each) => each.name);
  throw new Failure(`No load can go to ${name}: a ${box.kind} answers no visitor.`, {
    next: `Ways in: ${ways.join(', ')}.`,
  });
}

function throughOf(value: unknown): 'entry' | 'site' {
  if (value === undefined || value === 'entry' || value === 'site') return value ?? 'entry';
  throw new Failure(`--through takes entry or site, not "${value}".`, {
    next: suggestion(String(value), ['entry', 'site']),
  });
}

/** A line that is written over in a terminal, every fifth one in a log. */
async function showLive(
  context: VerbContext,
  api: string | null,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const terminal = process.stderr.isTTY === true;
  const update = createLogUpdate(process.stderr);
  let lines = 0;
  for await (const now of live(api, signal)) {
    const line = renderLive(now, seconds);
    if (terminal) update(line);
    else if (lines++ % 5 === 0) context.stderr(`${line}\n`);
  }
  if (terminal) update.clear();
}

function jsonOf(result: Awaited<ReturnType<typeof load>>) {
  const { stage, run, side, saturated, withinSlo, sloMs, cache, databaseMicrosPerRequest, provenance } =
    result;
  const { requests, wrong, dropped, latency, actions } = side.summary;
  return {
    stage,
    scenario: provenance.scenario,
    valid: run.why.length === 0,
    why: run.why,
    throughput: { rps: side.rps, requests, wrong, dropped },
    latency,
    actions,
    withinSlo,
    sloMs,
    boxes: side.loads,
    cpuMicrosPerRequest: side.cpuMicrosPerRequest,
    databaseMicrosPerRequest: Math.round(databaseMicrosPerRequest * 10) / 10,
    cache,
    ...(result.drainedMs === undefined ? {} : { drainedMs: result.drainedMs }),
    ...(side.edge === null ? {} : { edge: side.edge }),
    ...(result.streams === undefined ? {} : { streams: result.streams }),
    saturated: saturated?.name ?? null,
    provenance,
  };
}
