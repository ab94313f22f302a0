import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { ROOT } from '../../src/stage/stages.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `pnpm stage …` as a person types it, in a process of its own. */
export async function runStage(words: readonly string[], options: Options = {}): Promise<Said> {
  const entry = join(ROOT, 'apps/cli/bin/stage.mjs');
  const result = await execa(process.execPath, [entry, ...words], {
    reject: false,
    timeout: 90_000,
    ...options,
  });
  return {
    code: result.exitCode ?? -1,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
  };
}
