import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyVersion } from '../../check/install-version.ts';

const SERVER = 'apps/tickets/src/server.ts';
const BURN = 'apps/tickets/src/burn.ts';

/** Takes so many microseconds of CPU before each request is handled. */
const burning = (micros: number) => `import { Server } from 'node:http';

const emit = Server.prototype.emit;
Server.prototype.emit = function (this: Server, event: string, ...rest: unknown[]): boolean {
  if (event === 'request') burn();
  return Reflect.apply(emit, this, [event, ...rest]);
} as typeof emit;

function burn(): void {
  const used = (): number => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  const end = used() + ${micros};
  while (used() < end);
}
`;

/** This working tree, but each of its apps takes some microseconds more for a request. Returns its root. */
export async function slowerVersion(name: string, micros: number, signal: AbortSignal): Promise<string> {
  return await copyVersion(
    name,
    async (draft) => {
      await writeFile(join(draft, BURN), burning(Math.round(micros)));
      await appendFile(join(draft, SERVER), "\nimport './burn.ts';\n");
    },
    signal,
  );
}
