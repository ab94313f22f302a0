import { VERBS } from '../verbs/index.ts';

/** What `pnpm stage --help` prints. */
export async function renderHelp(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(VERBS).map(async ([name, load]) => {
      const { command } = await load();
      return `  ${command.needsStage ? 'N ' : '  '}${name.padEnd(10)} ${command.summary}`;
    }),
  );
  return `pnpm stage [N|all] [VERB]     without a verb: the stages and their state

${lines.join('\n')}

Every verb takes --help, --json and --runtime compose|native.
Ends with 0: done, and it holds · 1: measured, and it falls short · 2: could not run, or void.
`;
}
