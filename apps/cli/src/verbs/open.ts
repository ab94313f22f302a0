import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'the site in a browser (or its address, where there is none)',
  needsStage: true,
  stacks: 'none' as const,
  options: (command: Command) => command.option('--mail', 'what the mail box received, instead'),
};

const OPENERS = { darwin: 'open', win32: 'explorer', linux: 'xdg-open' } as Readonly<Record<string, string>>;

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const { state } = await runningStack(context);
  const address = options.mail === true ? state.mail : state.site;
  context.stdout(context.json ? `${JSON.stringify({ stage: state.stage, address })}\n` : `${address}\n`);
  if (context.json || !process.stdout.isTTY) return EXIT.holds;
  const child = spawn(OPENERS[process.platform] ?? 'xdg-open', [address], {
    detached: true,
    stdio: 'ignore',
  });
  // No browser here: the address has been printed.
  child.on('error', () => context.stderr('No browser could be started here: open the address above.\n'));
  child.unref();
  return EXIT.holds;
}
