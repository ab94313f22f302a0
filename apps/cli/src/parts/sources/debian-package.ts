import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchJob, Source } from '../part.ts';
import { runTool } from '../run-tool.ts';
import { codeOf, isDiskFull, SourceFailed } from '../source-failed.ts';

interface DebianPackage {
  readonly name: string;
  /** Paths inside the package. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Where Debian and Ubuntu put libraries, in both layouts of the file system. */
const LIBRARIES = {
  x64: ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'],
  arm64: ['usr/lib/aarch64-linux-gnu', 'lib/aarch64-linux-gnu'],
} as const;

/**
 * A package of Debian or Ubuntu, unpacked into the cache with those of its dependencies that the system lacks. Nothing
 * is installed, no maintainer script runs, and no rights are needed. apt checks signatures and digests.
 */
export function debianPackage({ name, programs }: DebianPackage): Source {
  return {
    label: `Debian package ${name}, unpacked`,
    key: 'debian',
    async fetch(job) {
      const version = await unpackWithKnownLists(name, job);
      const present = await Promise.all(
        libraryFolders().map((folder) => isFolder(join(job.content, folder))),
      );
      const libraries = libraryFolders().filter((_, index) => present[index]);
      return { version, source: `Debian package ${name} ${version}, unpacked`, programs, libraries };
    },
  };
}

/**
 * First with the system's package lists; where they are missing, or so old that the mirror has dropped what they name,
 * with lists fetched for this once.
 */
async function unpackWithKnownLists(name: string, job: FetchJob): Promise<string> {
  await mkdir(join(job.scratch, 'packages'));
  const settings = await writeSettings(job.scratch);
  try {
    return await unpack(name, job, ['-c', settings.system]);
  } catch (error) {
    if (!(error instanceof SourceFailed) || isDiskFull(error) || /no apt-get/.test(error.message))
      throw error;
    job.say(`reading the package lists, as the system's do not serve (${error.message})`);
    const apt = ['-c', settings.own];
    await runTool('apt-get', [...apt, 'update', '-q'], {
      cwd: job.scratch,
      timeoutMs: 120_000,
      signal: job.signal,
    });
    return unpack(name, job, apt);
  }
}

async function unpack(name: string, { content, scratch, signal }: FetchJob, apt: string[]): Promise<string> {
  const run = (file: string, args: string[], timeoutMs: number): Promise<string> =>
    runTool(file, args, { cwd: join(scratch, 'packages'), timeoutMs, signal });
  const plan = await run('apt-get', [...apt, '-s', '--no-install-recommends', 'install', name], 60_000);
  const lacking = [...plan.matchAll(/^Inst (\S+) /gm)].map((match) => match[1] ?? '');
  // The C library has to be the one of the dynamic linker, which is the system's.
  const wanted = new Set([name, ...lacking.filter((each) => !/^libc(6|-bin)(:|$)/.test(each))]);
  await run('apt-get', [...apt, 'download', '-q', ...wanted], 300_000);
  const files = (await readdir(join(scratch, 'packages'))).filter((file) => file.endsWith('.deb'));
  const own = files.find((file) => file.startsWith(`${name}_`));
  if (own === undefined) throw new SourceFailed(`apt-get downloaded no ${name}`);
  for (const file of files) await run('dpkg-deb', ['-x', file, content], 60_000);
  return (await run('dpkg-deb', ['-f', own, 'Version'], 10_000)).trim().replace(/^\d+:/, '');
}

/** apt's settings, read after the system's own: bounded waits; and, for own lists, folders inside the scratch folder. */
async function writeSettings(scratch: string): Promise<{ system: string; own: string }> {
  const waits = ['http', 'https'].map((scheme) => `Acquire::${scheme}::Timeout "8";`);
  const quiet = [
    ...waits,
    'Acquire::Retries "1";',
    // As root, apt downloads as another user, who cannot write here.
    'APT::Sandbox::User "root";',
    `Dir::Cache "${scratch}/apt/cache";`,
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
    'Debug::NoLocking "true";',
    '',
  ];
  const own = [
    `Dir::State::lists "${scratch}/apt/lists";`,
    'Acquire::Languages "none";',
    'Acquire::PDiffs "false";',
    // Hooks of the system's that clean or announce the system's own cache.
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '',
  ];
  for (const folder of ['lists', 'cache/archives']) {
    await mkdir(join(scratch, 'apt', folder, 'partial'), { recursive: true });
  }
  const files = { system: join(scratch, 'apt', 'system.conf'), own: join(scratch, 'apt', 'own.conf') };
  await writeFile(files.system, quiet.join('\n'));
  await writeFile(files.own, [...quiet, ...own].join('\n'));
  return files;
}

function libraryFolders(): readonly string[] {
  return process.arch === 'x64' || process.arch === 'arm64' ? LIBRARIES[process.arch] : [];
}

async function isFolder(path: string): Promise<boolean> {
  try {
    await readdir(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
