import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { pnpm } from '../../bin/pnpm.mjs';
import { Failure } from '../failure.ts';
import { ROOT, STACKS } from '../stage/stages.ts';

const VERSIONS = join(STACKS, 'versions');
const INSTALL_LIMIT_MS = 300_000;
const ARCHIVE_LIMIT_MS = 60_000;
const LOCK = 'pnpm-lock.yaml';

/** A checkout of another version of the project, with its packages: complete. */
export interface Version {
  /** What it was asked for by: `main`, `v1.2`. */
  readonly ref: string;
  /** Twelve digits. */
  readonly commit: string;
  readonly root: string;
}

/**
 * The project as it was at a git reference, below `.stacks/versions/`: made once, whole or not at all.
 *
 * @throws Failure when there is no such reference, it holds no such project, or its packages cannot be installed.
 */
export async function installVersion(
  ref: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (what: string) => void },
): Promise<Version> {
  const commit = await commitOf(ref);
  const root = join(VERSIONS, commit);
  if (!existsSync(root)) {
    onProgress(`version ${ref} (${commit}) is made ready`);
    await wholly(root, async (draft) => {
      const archive = join(draft, '.archive.tar');
      await git(['archive', '--format=tar', `--output=${archive}`, commit], ARCHIVE_LIMIT_MS);
      await execa('tar', ['-xf', archive, '-C', draft], { timeout: ARCHIVE_LIMIT_MS });
      await rm(archive);
      await withPackages(draft, ref, signal);
    });
  }
  return { ref, commit, root };
}

/** This working tree's tracked files as they are now, to be changed: a version that never was. */
export async function copyVersion(
  name: string,
  change: (draft: string) => Promise<void>,
  signal: AbortSignal,
): Promise<string> {
  const root = join(VERSIONS, name);
  await rm(root, { recursive: true, force: true });
  await wholly(root, async (draft) => {
    const files = (await git(['ls-files', '-z'])).split('\0').filter((file) => existsSync(join(ROOT, file)));
    for (const file of files) if (file !== '') await cp(join(ROOT, file), join(draft, file));
    await change(draft);
    await withPackages(draft, name, signal);
  });
  return root;
}

async function commitOf(ref: string): Promise<string> {
  // What begins like an option would be one.
  const known = ref.startsWith('-')
    ? ''
    : await git(['rev-parse', '--verify', '--quiet', '--short=12', `${ref}^{commit}`]).catch(() => '');
  if (known !== '') return known.trim();
  throw new Failure(`There is no version "${ref}" in this repository.`, {
    where: ROOT,
    next: 'Name a branch, a tag or a commit that `git log` knows; a shallow clone lacks the older ones.',
  });
}

async function git(args: readonly string[], timeout = 10_000): Promise<string> {
  const { stdout } = await execa('git', args, { cwd: ROOT, timeout, maxBuffer: 64 * 2 ** 20 });
  return stdout;
}

async function wholly(root: string, make: (draft: string) => Promise<void>): Promise<void> {
  await mkdir(VERSIONS, { recursive: true });
  const draft = await mkdtemp(`${root}.`);
  // Boxes run as other users.
  await chmod(draft, 0o755);
  try {
    await make(draft);
    await rename(draft, root);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Where it needs what this checkout has, it takes that; else its own are installed. */
async function withPackages(draft: string, ref: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(join(draft, 'apps/tickets/src/build/main.ts')))
    throw new Failure(`Version ${ref} has no shop that could be built.`, { next: 'Choose a later one.' });
  const [ours, theirs] = await Promise.all([ROOT, draft].map((root) => readFile(join(root, LOCK), 'utf8')));
  if (ours === theirs) return await sharePackages(draft);
  const { exitCode, all } = await execa(
    process.execPath,
    [await pnpm(ROOT), 'install', '--frozen-lockfile', '--prefer-offline'],
    {
      cwd: draft,
      all: true,
      reject: false,
      timeout: INSTALL_LIMIT_MS,
      cancelSignal: signal,
    },
  );
  signal.throwIfAborted();
  if (exitCode !== 0)
    throw new Failure(`The packages of version ${ref} cannot be installed.`, {
      where: all.trim().split('\n').slice(-5).join('\n'),
    });
}

/** The workspaces' own folders hold nothing but relative links, into the one store and to each other. */
async function sharePackages(draft: string): Promise<void> {
  await symlink(join(ROOT, 'node_modules'), join(draft, 'node_modules'));
  const files = (await git(['ls-files', '*package.json'])).split('\n');
  for (const folder of files.map((file) => dirname(file)).filter((each) => each !== '.')) {
    const from = join(ROOT, folder, 'node_modules');
    if (!existsSync(from) || !existsSync(join(draft, folder))) continue;
    await cp(from, join(draft, folder, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.includes('/.cache') && !path.includes('/.vite'),
    });
  }
}
