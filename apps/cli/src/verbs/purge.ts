import type { Command } from 'commander';
import { askEdges, pathOf, purge } from '../edges/purge.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'take a path, or all, out of the caches of all edges: what was there, and what the next request finds',
  needsStage: true,
  options: (command: Command) => command.argument('<path>', 'such as /posters/v1/neon-fjord.svg, or all'),
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const asked = context.args[0] ?? '';
  const what = asked === 'all' ? asked : { path: pathOf(asked) };
  const { runtime, state } = await runningStack(context);
  const purged = await purge(runtime, state, what);
  const next = what === 'all' ? [] : await askEdges(runtime, state, what.path);
  if (context.json) {
    context.stdout(
      `${JSON.stringify({ stage: state.stage, path: what === 'all' ? 'all' : what.path, purged, next })}\n`,
    );
    return EXIT.holds;
  }
  for (const { edge, files, bytes, ageSeconds } of purged) {
    const found =
      files === 0
        ? 'had nothing of it'
        : `${files} kept, ${(bytes / 1024).toFixed(0)} KiB, the oldest for ${ageSeconds} s: gone`;
    context.stdout(`${edge}  ${found}\n`);
  }
  for (const { edge, status, cache } of next) context.stdout(`${edge}  asked again: ${status}, ${cache}\n`);
  return EXIT.holds;
}
