import type { Command } from 'commander';
import { diagnose } from '../doctor/diagnosis.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { renderDoctor } from '../report/doctor.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'what is there, from where, what is missing, and what to do',
  needsStage: false,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const diagnosis = await diagnose(context.runtime);
  context.stdout(context.json ? `${JSON.stringify(diagnosis)}\n` : renderDoctor(diagnosis));
  return diagnosis.runtime === null ? EXIT.couldNotRun : EXIT.holds;
}
