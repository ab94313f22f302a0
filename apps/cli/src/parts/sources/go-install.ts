import { cp, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Source } from '../part.ts';
import { runTool } from '../run-tool.ts';
import { SourceFailed } from '../source-failed.ts';

interface GoModule {
  /** Path of the module, and of the command's package where it is not the module's root. */
  readonly module: string;
  readonly command?: string;
  readonly version: string;
  /** SHA-256 over its files, as go.sum has it; its own go.sum names those of the modules that it needs. */
  readonly sum: string;
  /** Variable of the program that holds its version, where its build has to set one. */
  readonly versionVariable?: string;
  readonly programs: Readonly<Record<string, string>>;
}

interface Module {
  readonly Dir: string;
  readonly Sum: string;
}

/**
 * Built from source by the user's own Go (66 s for k6 on two cores), everything it downloads and caches thrown away
 * afterwards. It is built in a copy of the module, so that the module's own go.sum holds for everything that it needs.
 */
export function goInstall({ module, command, version, sum, versionVariable, programs }: GoModule): Source {
  const wanted = `${module}@v${version}`;
  const target = command === undefined ? module : `${module}/${command}`;
  const stamp = versionVariable === undefined ? '' : ` -X ${versionVariable}=${version}`;
  return {
    label: `go install ${wanted}`,
    key: 'go',
    checksums: [sum],
    async fetch({ content, scratch, signal, say }) {
      const go = (args: string[], timeoutMs: number, env: Record<string, string> = {}): Promise<string> =>
        runTool('go', args, { cwd: scratch, env, timeoutMs, signal });
      const flags = await go(['env', 'GOFLAGS'], 10_000);
      const env = {
        GOPATH: join(scratch, 'path'),
        GOMODCACHE: join(scratch, 'modules'),
        GOCACHE: join(scratch, 'cache'),
        GOTMPDIR: scratch,
        GOBIN: content,
        GOFLAGS: `${flags} -modcacherw`.trim(),
        GOWORK: 'off',
        CGO_ENABLED: '0',
      };
      // A small request first: go itself waits minutes for a module proxy that does not answer.
      await go(['list', '-m', wanted], 15_000, env);
      const { Dir, Sum } = JSON.parse(await go(['mod', 'download', '-json', wanted], 300_000, env)) as Module;
      if (Sum !== sum) throw new SourceFailed(`checksum of ${wanted} is ${Sum}, not ${sum}`);
      const copy = join(scratch, 'copy');
      await cp(Dir, copy, { recursive: true });
      say(`compiling ${wanted}, which takes a minute or two`);
      const build = [
        'install',
        '-trimpath',
        '-buildvcs=false',
        `-ldflags=-s -w${stamp}`,
        `./${command ?? '.'}`,
      ];
      await runTool('go', ['-C', copy, ...build], { cwd: scratch, env, timeoutMs: 900_000, signal });
      for (const program of Object.values(programs)) {
        if (program !== basename(target))
          await rename(join(content, basename(target)), join(content, program));
      }
      return { version, source: `go install ${wanted}`, programs, libraries: [] };
    },
  };
}
