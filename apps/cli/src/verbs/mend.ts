import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { attemptsOf } from '../regions/attempts.ts';
import { mendLink } from '../regions/link.ts';
import { untilBought } from '../regions/until-bought.ts';
import { renderAttempts } from '../report/attempts.ts';
import { readStage } from '../stage/stages.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'restore the link that was cut: how long until everybody can buy again',
  needsStage: true,
  options: (command: Command) => command,
};

/** Past this nobody waits. */
const LIMIT_MS = 30_000;

/** `--json`: `{stage, link: "whole", wasCut, backMs, attempts}`; `backMs` null: not within 30 s, or nothing was cut. */
export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const file = await readStage(id.stage);
  const wasCut = await mendLink(runtime, state);
  if (!wasCut) {
    context.stdout(
      context.json
        ? `${JSON.stringify({ stage: id.stage, link: 'whole', wasCut, backMs: null, attempts: [] })}\n`
        : 'The link was not cut.\n',
    );
    return EXIT.holds;
  }
  const backMs = await untilBought(file, state, { limitMs: LIMIT_MS, signal: context.signal });
  const attempts = await attemptsOf(file, state, context.signal);
  if (context.json)
    context.stdout(`${JSON.stringify({ stage: id.stage, link: 'whole', wasCut, backMs, attempts })}\n`);
  else
    context.stdout(
      `The link is whole. ${backMs === null ? 'Not every region can buy after 30 s.' : `Every region can buy again after ${(backMs / 1000).toFixed(1)} s.`}\n\n${renderAttempts(attempts)}`,
    );
  return backMs === null ? EXIT.fallsShort : EXIT.holds;
}
