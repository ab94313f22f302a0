import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readlink, rm } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { startPostgres } from './index.ts';

const HANGING = `
import { startPostgres } from '${import.meta.dirname}/index.ts';
import pg from 'pg';
const server = await startPostgres();
await new pg.Client({ connectionString: server.url() }).connect();
await server.signal('SIGSTOP');
console.log(server.data);
setInterval(() => undefined, 1000);`;

it('leaves no process of a server that was stopped while it hung', async () => {
  const server = await startPostgres();
  expect((await processesIn(server.data)).length).toBeGreaterThan(1);
  await server.signal('SIGSTOP');
  await server.stop();
  expect(await processesIn(server.data)).toEqual([]);
}, 30_000);

it('leaves no process of a server that hangs when its test is killed', async () => {
  const test = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', HANGING], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(test.stdout, 'data')) as [Buffer];
  const data = line.toString().trim();
  expect((await processesIn(data)).length).toBeGreaterThan(1);
  test.kill('SIGKILL');
  await vi.waitFor(async () => expect(await processesIn(data)).toEqual([]), { timeout: 5000 });
  await rm(data, { recursive: true });
}, 30_000);

/** A server and its sessions work in its data directory. */
async function processesIn(data: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, index) => folders[index]?.startsWith(data));
}
