import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Source } from '../part.ts';
import { runTool } from '../run-tool.ts';

interface GoModule {
  /** Path of the module, and of the command's package where it is not the module's root. */
  readonly module: string;
  readonly command?: string;
  readonly version: string;
  /** Variable of the program that holds its version, where its build has to set one. */
  readonly versionVariable?: string;
  readonly programs: Readonly<Record<string, string>>;
}

/**
 * Built from source by the user's own Go (66 s for k6 on two cores), everything it downloads and caches thrown away
 * afterwards. Go checks the sources against the public checksum database.
 */
export function goInstall({ module, command, version, versionVariable, programs }: GoModule): Source {
  const wanted = `${module}@v${version}`;
  const target = command === undefined ? module : `${module}/${command}`;
  const stamp = versionVariable === undefined ? '' : ` -X ${versionVariable}=${version}`;
  return {
    label: `go install ${wanted}`,
    key: 'go',
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
      say(`compiling ${wanted}, which takes a minute or two`);
      await go(['install', '-trimpath', `-ldflags=-s -w${stamp}`, `${target}@v${version}`], 900_000, env);
      for (const program of Object.values(programs)) {
        if (program !== basename(target))
          await rename(join(content, basename(target)), join(content, program));
      }
      return { version, source: `go install ${wanted}`, programs, libraries: [] };
    },
  };
}
