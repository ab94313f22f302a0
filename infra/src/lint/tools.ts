import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '@scaling/cli/failure';
import { ROOT } from '@scaling/cli/stage/stages';

/** How the linters are had; relative to the checkout. */
export const INSTALL = 'infra/lint/install';

/** The linters, where infra/lint/install has put them. */
export interface Tools {
  readonly checkov: string;
  readonly tflint: string;
  /** The folder of tflint's rules for the provider. */
  readonly rules: string;
  readonly config: string;
  readonly zizmor: string;
  readonly actionlint: string;
  /** What actionlint asks about scripts. */
  readonly shellcheck: string;
}

/** null: they are not there. */
export function findTools(): Tools | null {
  const cache = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'scaling-0-to-millions',
    'lint',
  );
  const tools: Tools = {
    checkov: join(cache, 'python', 'bin', 'checkov'),
    tflint: join(cache, 'tflint', 'tflint'),
    rules: join(cache, 'rules'),
    config: join(ROOT, 'infra', 'lint', 'tflint.hcl'),
    zizmor: join(cache, 'python', 'bin', 'zizmor'),
    actionlint: join(cache, 'actionlint', 'actionlint'),
    shellcheck: join(cache, 'python', 'bin', 'shellcheck'),
  };
  return Object.values(tools).every((path) => existsSync(path)) ? tools : null;
}

/** @throws Failure saying how they are had. */
export function requireTools(): Tools {
  const tools = findTools();
  if (tools !== null) return tools;
  throw new Failure('The linters are not there.', {
    next: `\`${INSTALL}\` gets them (Python 3.11 and Go, some minutes, once).`,
  });
}
