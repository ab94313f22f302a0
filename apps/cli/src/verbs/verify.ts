import type { Command } from 'commander';
import { EXIT_OF, type ExitCode } from '../failure.ts';
import { renderVerification } from '../report/verify.ts';
import { verify } from '../verify/verify.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'compare what buyers were told under load with the databases, replicas and mails: lost, sold twice, refused wrongly',
  needsStage: true,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, state } = await runningStack(context);
  const result = await verify(runtime, state);
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : renderVerification(result));
  return EXIT_OF[result.verdict];
}
