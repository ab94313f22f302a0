import type { Command } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { renderUp, UpDisplay } from '../report/up.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { hostedDatabase } from '../stage/hosted-database.ts';
import { lookouts } from '../stage/observed.ts';
import { publishedSite } from '../stage/published-site.ts';
import { readStage } from '../stage/stages.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'start the stack: what runs where, the address of the site, what to try next',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) =>
    command
      .option(
        '--cpus <share>',
        'share of one core for the box under study (single, app): a bigger or smaller box',
      )
      .option('--workers <n>', 'clones of the app in stage 1’s box (a Node cluster)')
      .option(
        '--sync <on|off>',
        'whether a commit waits until a replica has it (default on; stage 7, where it is far away: off)',
      )
      .option(
        '--database-url <url>',
        'use a database that is already there (postgres://…) instead of the db box',
      )
      .option(
        '--observe',
        'with Prometheus, and in Compose Grafana: graphs of every box and route (costs the boxes a little)',
      )
      .option('--set <NAME=VALUE...>', 'variables of compose.yaml, such as READ_YOUR_WRITES=off'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const stage = stageOf(context);
  const cpus = options.cpus === undefined ? undefined : number('--cpus', options.cpus, 0.02, 64);
  const environment = variables(options.set as string[] | undefined);
  if (options.workers !== undefined)
    environment.WORKERS = String(number('--workers', options.workers, 1, 16, true));
  const file = await readStage(stage, environment);
  if (options.sync !== undefined) synchronous(file, String(options.sync), environment);
  const without =
    options.databaseUrl === undefined
      ? []
      : await hostedDatabase(file, stage, String(options.databaseUrl), environment);
  if (options.workers !== undefined && file.services.single === undefined) {
    throw new Failure('--workers is for stage 1, where the clones share one box.', {
      next: `Here: \`pnpm stage ${stage} scale app 4\`.`,
    });
  }
  const runtime = await context.chooseRuntime();
  const display = new UpDisplay(context.stderr);
  const state = await runtime
    .up(stage, {
      slot: context.slot,
      environment,
      ...(without.length === 0 ? {} : { without }),
      ...(options.observe === true ? { observe: true } : {}),
      ...(cpus === undefined ? {} : { cpus: { single: cpus, app: cpus } }),
      onProgress: (event) => display.show(event),
      signal: context.signal,
    })
    .finally(() => display.end());
  const { readyMs, site, limiter, boxes } = state;
  const shown = boxes.map(({ name, kind, state: is, address, cpus: share }) => ({
    name,
    kind,
    state: is,
    address,
    cpus: share,
  }));
  const sites = otherSites(file);
  const observe = options.observe === true ? await lookouts(file, state) : null;
  const json = {
    stage,
    runtime: runtime.name,
    limiter,
    readyMs,
    site,
    sites,
    mail: state.mail,
    boxes: shown,
  };
  if (context.json) context.stdout(`${JSON.stringify(observe === null ? json : { ...json, observe })}\n`);
  else context.stdout(renderUp({ state, facts: file.facts, sites, observe }));
  return EXIT.holds;
}

/** Where else the shop can be entered: by other regions' doors, or their edges. */
function otherSites(file: ComposeFile): Record<string, string> {
  const [home, ...others] = Object.entries(file.facts.regions ?? {});
  if (home === undefined) return {};
  return Object.fromEntries(
    others.flatMap(([region, way]) => {
      const [service = '', port] = way.split(':');
      const found = publishedSite(file, service, Number(port));
      return found === undefined ? [] : [[region, `http://localhost:${found.published}`] as const];
    }),
  );
}

/** Off: no box is named that would have to confirm a commit. On: one of the others, also where the file names none. */
function synchronous(file: ComposeFile, asked: string, environment: Record<string, string>): void {
  const databases = Object.values(file.services).filter((each) => 'SYNCHRONOUS_STANDBYS' in each.environment);
  if (databases.length === 0)
    throw new Failure('--sync is for a stage with replicas.', { next: 'They come with stage 4.' });
  if (asked !== 'on' && asked !== 'off') throw new Failure(`--sync takes on or off, not "${asked}".`);
  if (asked === 'off') environment.SYNCHRONOUS_STANDBYS = '';
  else if (databases.every((each) => each.environment.SYNCHRONOUS_STANDBYS === ''))
    environment.SYNCHRONOUS_STANDBYS = `ANY 1 (${databases.map(({ name }) => `"${name}"`).join(',')})`;
}

function number(option: string, value: unknown, least: number, most: number, whole = false): number {
  const found = Number(value);
  if (!Number.isFinite(found) || found < least || found > most || (whole && !Number.isInteger(found))) {
    throw new Failure(
      `${option} takes ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}, not "${value}".`,
    );
  }
  return found;
}

function variables(pairs: readonly string[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (pairs ?? []).map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Failure(`--set takes NAME=VALUE, not "${pair}".`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
