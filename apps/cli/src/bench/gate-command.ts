import { Command, InvalidArgumentError } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { findStage } from '../stage/stages.ts';
import { parseOptions, wholeNumber } from './command.ts';
import { elapsed } from './elapsed.ts';
import { enterNetwork } from './enter-network.ts';
import { measureGate, recordGate } from './gate/gate.ts';
import { gateHolds, renderGate } from './gate/render-gate.ts';

interface Options {
  readonly stages: readonly number[];
  readonly boots: number;
  readonly resume: boolean;
  readonly record: boolean;
  readonly json: boolean;
}

const LEAST_BOOTS = 4;

/** `pnpm bench gate`: what the verdicts of `check` are worth. */
export async function run(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const command = new Command('pnpm bench gate')
    .description(
      'how often `check` would call an unchanged version slower, and how often it finds a slower one',
    )
    .option('--stages <list>', 'which stages', numbers, [3, 1, 5])
    .option(
      '--boots <n>',
      'of each version beside the unchanged one',
      (text) => wholeNumber(text, LEAST_BOOTS, 100),
      12,
    )
    .option('--resume', 'go on with the boots of a gate that was interrupted', false)
    .option('--record', 'keep the measured floor: checks are judged by it', false)
    .option('--json', 'one JSON object on standard output, progress on standard error', false);
  const options = parseOptions<Options>(command, argv);
  if (options === null) return EXIT.holds;
  for (const stage of options.stages) await findStage(stage);
  await enterNetwork(signal);
  const gate = await oneAtATime(() => measureGate({ ...options, signal, onProgress: elapsed() }));
  if (options.record) await recordGate(gate);
  process.stdout.write(options.json ? `${JSON.stringify(gate)}\n` : renderGate(gate));
  return gateHolds(gate) ? EXIT.holds : EXIT.fallsShort;
}

function numbers(text: string): number[] {
  const found = text.split(',').map(Number);
  if (found.every(Number.isInteger)) return found;
  throw new InvalidArgumentError('It takes stages, such as 1,3,5.');
}
