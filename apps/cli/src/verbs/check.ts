import { appendFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { readBaseline } from '../check/baseline.ts';
import { type CheckRequest, check } from '../check/check.ts';
import { floorOf } from '../check/floor.ts';
import { installVersion } from '../check/install-version.ts';
import { againstBaseline, againstVersion, type CommonRequest } from '../check/requests.ts';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { renderCheck } from '../report/check.ts';
import { checkSummary } from '../report/check-summary.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { readStage } from '../stage/stages.ts';
import { stopwatch } from './stopwatch.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary:
    'did a change make the stage slower? Against its recorded baseline, or another version side by side',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) =>
    command
      .option('--against <ref>', 'a branch, tag or commit, run side by side with this working tree')
      .option('--summary <file>', 'append the verdict as Markdown, for a CI’s job summary'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const stage = stageOf(context);
  const file = await readStage(stage);
  const { facts } = file;
  const runtime = await context.chooseRuntime();
  if (runtime.name !== 'native')
    throw new Failure('A check runs two versions at once, and in Compose their images would have one name.', {
      next: `On Linux: \`pnpm stage ${stage} check --runtime native\`.`,
    });
  const onProgress = stopwatch(context);
  const { signal } = context;
  const common = { stage, scenario: facts.scenario, floor: await floorOf(stage), signal, onProgress };
  const request = await requestOf(common, file, options.against as string | undefined);
  const result = await oneAtATime(() => check(runtime, request));
  if (options.summary !== undefined) await appendFile(String(options.summary), checkSummary(result));
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : renderCheck(result));
  if (result.verdict === 'void') return EXIT.couldNotRun;
  return result.verdict === 'holds' ? EXIT.holds : EXIT.fallsShort;
}

/** The other version, with its packages. */
export async function fetchFirst(context: VerbContext, { against }: Record<string, unknown>): Promise<void> {
  if (against === undefined) return;
  await installVersion(String(against), { signal: context.signal, onProgress: stopwatch(context) });
}

async function requestOf(
  common: CommonRequest,
  file: ComposeFile,
  ref: string | undefined,
): Promise<CheckRequest> {
  const { stage } = common;
  if (ref === undefined) return againstBaseline(common, await readBaseline(stage, file));
  const { root, commit } = await installVersion(ref, common);
  await readStage(stage, {}, root);
  return againstVersion(common, root, ref === commit ? commit : `${ref} (${commit})`);
}
