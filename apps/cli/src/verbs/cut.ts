import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { attemptsOf } from '../regions/attempts.ts';
import { cutLink, refuseOpenLink } from '../regions/link.ts';
import { renderAttempts } from '../report/attempts.ts';
import { readStage } from '../stage/stages.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'cut the link between the regions, both alive: what is refused, what is answered? mend restores it',
  needsStage: true,
  options: (command: Command) => command,
};

/** `--json`: `{stage, link: "cut", attempts: [{region, request, status, ms, problem, dataAgeSeconds}]}`. */
export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  await cutLink(runtime, state);
  const file = await readStage(id.stage);
  // At the same time: the first buyer after the cut finds out what nobody knows yet.
  const [attempts] = await Promise.all([
    attemptsOf(file, state, context.signal),
    refuseOpenLink(runtime, state),
  ]);
  context.stdout(
    context.json
      ? `${JSON.stringify({ stage: id.stage, link: 'cut', attempts })}\n`
      : `The link is cut: nothing gets through, and nobody is told. What visitors are answered now:\n\n${renderAttempts(attempts)}\nRestore it with \`pnpm stage ${id.stage} mend\`.\n`,
  );
  return EXIT.holds;
}
