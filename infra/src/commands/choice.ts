import { Failure } from '@scaling/cli/failure';
import { suggestion } from '@scaling/cli/nearest';
import { listStages } from '@scaling/cli/stage/stages';
import type { Command } from 'commander';
import { readEnvironments } from '../data/environments.ts';
import type { Choice } from '../synth/plans.ts';

/** What a command was asked for. */
export interface Chosen {
  readonly stage?: string;
  readonly env?: string;
  readonly json: boolean;
}

/** The options that all commands take. */
export function withChoice(command: Command): Command {
  return command
    .option('--stage <which>', 'a stage, several (`1,3`) or a range (`1..9`); all if not said')
    .option('--env <name>', 'an environment, or several (`dev,prod`); all if not said')
    .option('--json', 'one JSON object on standard output, progress on standard error', false);
}

/** @throws Failure naming the stages and environments that there are. */
export async function choiceOf({ stage, env }: Chosen): Promise<Choice> {
  const numbers = (await listStages()).map(({ number }) => number);
  const names = (await readEnvironments()).map(({ name }) => name);
  return {
    stages: stage === undefined ? [] : stage.split(',').flatMap((each) => numbersIn(each, numbers)),
    environments: env === undefined ? [] : env.split(',').map((each) => known(each, names)),
  };
}

function numbersIn(text: string, known: readonly number[]): number[] {
  const next = `Stages here: ${known.join(', ')}; write 3, 1,3 or 1..9.`;
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text.trim());
  if (match === null) throw new Failure(`"${text}" is no stage.`, { next });
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  for (const end of [first, last])
    if (!known.includes(end)) throw new Failure(`There is no stage ${end}.`, { next });
  if (first > last)
    throw new Failure(`"${text}" ends before it begins.`, { next: `Write ${last}..${first}.` });
  return known.filter((number) => number >= first && number <= last);
}

function known(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  throw new Failure(`There is no environment "${name}".`, { next: suggestion(name, names) });
}
