import { lstat, mkdir, readdir, readlink, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { FetchJob, Source } from '../part.ts';
import { runTool } from '../run-tool.ts';
import { codeOf, SourceFailed } from '../source-failed.ts';

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
    checksums: [],
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

/** What apt says when its lists lack a package, or name one that the mirror has replaced since. */
const OUTDATED =
  /unable to locate|no installation candidate|not found|404|unmet dependencies|lists.*missing/i;

/**
 * First with the system's package lists; where they are missing or too old, with lists fetched for this once. A mirror
 * that cannot be reached fails at once.
 */
async function unpackWithKnownLists(name: string, job: FetchJob): Promise<string> {
  await mkdir(join(job.scratch, 'packages'));
  const settings = await writeSettings(job.scratch);
  try {
    return await unpack(name, job, ['-c', settings.system]);
  } catch (error) {
    if (!(error instanceof SourceFailed) || !OUTDATED.test(error.message)) throw error;
    job.say("reading the package lists, as the system's are missing or too old");
    await fetchLists(job, ['-c', settings.own]);
    return unpack(name, job, ['-c', settings.own]);
  }
}

/** apt calls it a success when lists cannot be fetched; it is none when there is not one. */
async function fetchLists({ scratch, signal }: FetchJob, apt: string[]): Promise<void> {
  const args = [...apt, '-o', 'Acquire::Retries=0', 'update', '-q'];
  const said = await runTool('apt-get', args, { cwd: scratch, timeoutMs: 120_000, signal });
  const lists = await readdir(join(scratch, 'apt', 'lists'));
  if (lists.some((file) => file.includes('Packages'))) return;
  const trouble = /^Err:\d+ .*\n\s*(.+)/m.exec(said)?.[1] ?? 'apt knows no archive';
  throw new SourceFailed(`the package lists could not be fetched: ${trouble}`);
}

async function unpack(name: string, { content, scratch, signal }: FetchJob, apt: string[]): Promise<string> {
  const run = (file: string, args: string[], timeoutMs: number): Promise<string> =>
    runTool(file, args, { cwd: join(scratch, 'packages'), timeoutMs, signal });
  const plan = await run('apt-get', [...apt, '-s', '--no-install-recommends', 'install', name], 60_000);
  const lacking = [...plan.matchAll(/^Inst (\S+) /gm)].map((match) => match[1] ?? '');
  // The C library has to be the one of the dynamic linker, which is the system's.
  const wanted = new Set([name, ...lacking.filter((each) => !/^libc(6|-bin)(:|$)/.test(each))]);
  // One package first: a mirror that does not answer is waited for once, not once for each.
  const [first = name, ...rest] = wanted;
  await run('apt-get', [...apt, 'download', '-q', first], 300_000);
  if (rest.length > 0) await run('apt-get', [...apt, 'download', '-q', ...rest], 300_000);
  const files = (await readdir(join(scratch, 'packages'))).filter((file) => file.endsWith('.deb'));
  const own = files.find((file) => file.startsWith(`${name}_`));
  if (own === undefined) throw new SourceFailed(`apt-get downloaded no ${name}`);
  for (const file of files) await run('dpkg-deb', ['-x', file, content], 60_000);
  await mendLinks(content);
  return (await run('dpkg-deb', ['-f', own, 'Version'], 10_000)).trim().replace(/^\d+:/, '');
}

/**
 * A link to /etc means the package's own /etc, which lies beside it here (Java keeps its settings there). One into a
 * package that the system has already, and that was not unpacked, leads to the system's (Prometheus' page to jQuery).
 */
async function mendLinks(content: string): Promise<void> {
  const entries = await readdir(content, { withFileTypes: true, recursive: true });
  for (const entry of entries.filter((each) => each.isSymbolicLink())) {
    const link = join(entry.parentPath, entry.name);
    const target = await readlink(link);
    const inside = isAbsolute(target) ? join(content, target) : join(dirname(link), target);
    const system = join('/', relative(content, inside));
    const here = await exists(inside);
    if (here ? !isAbsolute(target) : isAbsolute(target) || !(await exists(system))) continue;
    await unlink(link);
    await symlink(here ? relative(dirname(link), inside) : system, link);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** apt's settings, read after the system's own: bounded waits; and, for own lists, folders inside the scratch folder. */
async function writeSettings(scratch: string): Promise<{ system: string; own: string }> {
  const waits = ['http', 'https'].map((scheme) => `Acquire::${scheme}::Timeout "5";`);
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
