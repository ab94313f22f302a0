import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import type { Source } from '../part.ts';
import { SourceFailed } from '../source-failed.ts';
import { download } from './download.ts';

interface ReleaseArchive {
  readonly label: string;
  readonly version: string;
  /** Folder of the release, without a slash at its end. */
  readonly base: string;
  /** Name of the .tar.gz; its one top folder is stripped, unless `topFolder: false` says that it has none. */
  readonly archive: string;
  readonly topFolder?: false;
  /**
   * Its SHA-256, by the machine's architecture (`process.arch`). Or, where it is not known here, the name of the file that
   * the project publishes beside it, lines `sha256  name`: whoever replaces the one can replace the other.
   */
  readonly sha256: Readonly<Record<string, string>> | { readonly publishedIn: string };
  readonly programs: Readonly<Record<string, string>>;
}

/** An archive from the project's own release page, held against its checksum. */
export function releaseArchive(release: ReleaseArchive): Source {
  const { label, version, base, archive, sha256, programs, topFolder = true } = release;
  return {
    label,
    key: 'release',
    checksums: isPublished(sha256) ? [] : Object.values(sha256),
    async fetch({ content, scratch, signal }) {
      const expected = await expectedChecksum(release, signal);
      const file = join(scratch, 'archive.tar.gz');
      const actual = await save(await download(`${base}/${archive}`, signal), file);
      if (actual !== expected) {
        throw new SourceFailed(`checksum of ${archive} is ${actual}, not ${expected}`);
      }
      await extract({ file, cwd: content, strip: topFolder ? 1 : 0 });
      return { version, source: `${new URL(base).host} ${archive}`, programs, libraries: [] };
    },
  };
}

async function expectedChecksum(
  { base, archive, sha256 }: ReleaseArchive,
  signal: AbortSignal,
): Promise<string> {
  if (!isPublished(sha256)) {
    const known = sha256[process.arch];
    if (known === undefined) throw new SourceFailed(`no checksum is known of ${archive}`);
    return known;
  }
  const published = await text(Readable.from(await download(`${base}/${sha256.publishedIn}`, signal)));
  const expected = findChecksum(archive, published);
  if (expected === null) throw new SourceFailed(`${sha256.publishedIn} does not list ${archive}`);
  return expected;
}

function isPublished(sha256: ReleaseArchive['sha256']): sha256 is { readonly publishedIn: string } {
  return 'publishedIn' in sha256;
}

function findChecksum(name: string, list: string): string | null {
  for (const line of list.split('\n')) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (file === name && sum !== undefined && /^[0-9a-f]{64}$/.test(sum)) return sum;
  }
  return null;
}

async function save(chunks: AsyncIterable<Uint8Array>, file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(
    Readable.from(chunks),
    async function* (stream: AsyncIterable<Uint8Array>) {
      for await (const chunk of stream) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(file),
  );
  return hash.digest('hex');
}
