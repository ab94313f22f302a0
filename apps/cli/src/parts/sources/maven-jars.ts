import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FetchJob, Source } from '../part.ts';
import { runTool } from '../run-tool.ts';
import { SourceFailed } from '../source-failed.ts';
import { checksumOf } from './checksum-of.ts';
import { download } from './download.ts';

interface MavenJars {
  /** `group:artifact`, exact version. */
  readonly artifact: string;
  readonly version: string;
  /** What it needs besides, `group:artifact:version`. */
  readonly besides: readonly string[];
  /** Path in a Maven repository → SHA-256, of every jar that it needs. */
  readonly jars: Readonly<Record<string, string>>;
  /** Name of the program that stands for the jars, below bin/; the jars lie in libs/ beside. */
  readonly program: string;
}

/** So many at a time; a repository gives each client a handful of connections. */
const AT_A_TIME = 6;

/** Jars by the user's own Maven, so that their mirrors and proxies count. */
export function mavenJars(wanted: MavenJars): Source {
  return {
    label: `Maven (${wanted.artifact}:${wanted.version})`,
    key: 'maven',
    checksums: Object.values(wanted.jars),
    async fetch(job) {
      const { scratch, signal, content } = job;
      const libs = join(content, 'libs');
      await mkdir(libs);
      await writeFile(join(scratch, 'pom.xml'), project(wanted));
      const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
      const options = [
        '-B',
        '-q',
        `-Dmaven.repo.local=${join(scratch, 'repository')}`,
        '-Dmaven.wagon.http.retryHandler.count=1',
        '-Dmaven.wagon.rto=10000',
        '-Dmaven.resolver.transport=wagon',
      ];
      await runTool('mvn', [...options, copy, '-DincludeScope=runtime', `-DoutputDirectory=${libs}`], {
        cwd: scratch,
        timeoutMs: 300_000,
        signal,
      });
      return finished(wanted, job, `Maven ${wanted.artifact}:${wanted.version}`);
    },
  };
}

/** The same jars straight from a Maven repository, for who has no Maven. */
export function mavenRepository(wanted: MavenJars, base: string): Source {
  return {
    label: `${new URL(base).host} (${wanted.artifact}:${wanted.version})`,
    key: 'repository',
    checksums: Object.values(wanted.jars),
    async fetch(job) {
      await mkdir(join(job.content, 'libs'));
      const waiting = Object.keys(wanted.jars);
      const work = async (): Promise<void> => {
        for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
          const body = Readable.from(await download(`${base}/${path}`, job.signal));
          await pipeline(body, createWriteStream(join(job.content, 'libs', basename(path))));
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
      return finished(wanted, job, `${new URL(base).host} ${wanted.artifact}:${wanted.version}`);
    },
  };
}

/** Holds every jar against its checksum, and puts the program beside. */
async function finished({ jars, version, program }: MavenJars, { content }: FetchJob, source: string) {
  const libs = join(content, 'libs');
  const there = new Set(await readdir(libs));
  for (const [path, expected] of Object.entries(jars)) {
    const name = basename(path);
    if (!there.delete(name)) throw new SourceFailed(`${name} is missing`);
    const actual = await checksumOf(join(libs, name), 'sha256', 'hex');
    if (actual !== expected)
      throw new SourceFailed(`checksum of ${name} is ${actual}, not ${expected} as it was when it was tried`);
  }
  const [stranger] = there;
  if (stranger !== undefined) throw new SourceFailed(`${stranger} is a jar that nobody knows`);
  await mkdir(join(content, 'bin'));
  const script = join(content, 'bin', program);
  await writeFile(script, launcher(version));
  await chmod(script, 0o755);
  return { version, source, programs: { [program]: `bin/${program}` }, libraries: [] };
}

/** As the distribution's own: says its version, else runs the server with the jars beside. */
function launcher(version: string): string {
  return `#!/bin/sh
if [ "$1" = --version ]; then echo ${version}; exit; fi
exec "\${JAVA:-java}" -cp "$(dirname "$0")/../libs/*" kafka.Kafka "$@"
`;
}

function project({ artifact, version, besides }: MavenJars): string {
  const dependencies = [`${artifact}:${version}`, ...besides].map((each) => {
    const [group, name, which] = each.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${which}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>scaling</groupId><artifactId>parts</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    ${dependencies.join('\n    ')}
  </dependencies>
</project>
`;
}
