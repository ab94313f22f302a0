import type { Command } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { boxNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'ask one app by itself, past the published port: ask app-1 /metrics',
  needsStage: true,
  stacks: 'none' as const,
  options: (command: Command) =>
    command
      .argument('<box>', 'an app, as ps shows it')
      .argument('<path>', 'such as /metrics, or in stage 9 /reservations/report'),
};

/** Run in the box: prints the status of the answer, then its text. */
const ASK = `
const [path] = process.argv.slice(1);
const answer = await fetch(\`http://\${process.env.BOX_ADDRESS}:8080\${path}\`);
process.stdout.write(\`\${answer.status}\\n\${await answer.text()}\`);`;
const LIMIT_MS = 10_000;
const FIRST_ERROR = 400;

/** `--json`: `{stage, box, path, status, body}`. Ends with 1 where the app refuses. */
export async function run(context: VerbContext): Promise<ExitCode> {
  const [name = '', path = ''] = context.args;
  if (!path.startsWith('/')) throw new Failure(`A path begins with a slash: "${path}" does not.`);
  const { runtime, id, state } = await runningStack(context);
  const box = boxNamed(state, name);
  if (box.kind !== 'app')
    throw new Failure(`${box.name} is no app, and cannot be asked this way.`, {
      next: `Apps here: ${
        state.boxes
          .filter(({ kind }) => kind === 'app')
          .map((each) => each.name)
          .join(', ') || 'none'
      }.`,
    });
  const argv = ['node', '--input-type=module', '--eval', ASK, path];
  const { code, stdout, stderr } = await runtime.exec(id, box.name, argv, { timeoutMs: LIMIT_MS });
  if (code !== 0)
    throw new Failure(`${box.name} does not answer: ${stderr.trim().split('\n').at(-1)}`, {
      next: `See what it says: \`pnpm stage ${id.stage} logs ${box.name}\`.`,
    });
  const end = stdout.indexOf('\n');
  const status = Number(stdout.slice(0, end));
  const body = stdout.slice(end + 1);
  context.stdout(
    context.json
      ? `${JSON.stringify({ stage: id.stage, box: box.name, path, status, body })}\n`
      : body.replace(/\n?$/, '\n'),
  );
  return status < FIRST_ERROR ? EXIT.holds : EXIT.fallsShort;
}
