import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import { socketFolder, stackFolder } from '../../src/runtime/native/make-plan.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { ROOT } from '../../src/stage/stages.ts';
import { eventually, leftovers } from './leftovers.ts';

const SLOT = 7;
const STAGES = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** `nobody`, whom nothing belongs to. */
const INTRUDER = 65_534;
const CLI = join(ROOT, 'apps/cli/bin/stage.mjs');
const LISTENING = { tcp: '0A', unix: '00010000' };
const NAMED = /[^/\0]$/;
let stage = 0;

afterEach(async () => {
  await command('down');
});

describe.runIf(process.getuid?.() === 0)('a native stack that root starts', () => {
  it.each(STAGES)(
    'of stage %i: another user reaches its site and its mailbox, and nothing else',
    async (number) => {
      stage = number;
      await command('up');
      const state = await nativeRuntime().state({ stage, slot: SLOT });
      if (state === null) throw new Error('it is not running');
      const found = lookAround(state);
      expect(found.root, 'processes of boxes that run as root').toEqual([]);
      // What is not found could not be tried.
      expect(found.boxes.filter((box) => !found.tcp.some((each) => each.box === box))).toEqual([]);
      const open = await intrude([...found.tcp, ...found.unix, ...found.files, ...found.processes]);
      expect(open.filter(({ target }) => !found.doors.includes(target))).toEqual([]);
      expect(open.map(({ target }) => target).sort()).toEqual([...found.doors].sort());
      expect(open.every(({ result }) => result.startsWith('answers: HTTP/1.1'))).toBe(true);
      await command('down');
      await eventually('nothing is left', () => leftovers(stage, SLOT).length === 0);
    },
  );
});

interface Attempt {
  readonly what: 'tcp' | 'unix' | 'read' | 'kill';
  /** Says in a failure what it was. */
  readonly target: string;
  readonly box?: string;
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly pid?: number;
  /** The process that keeps the doors takes a connection before it looks whose it is. */
  readonly mayHangUp?: boolean;
}

/** All that there is to try, by what the kernel says of the stack's network, processes and folders. */
function lookAround(state: StackState) {
  const inside = state.boxes.map(({ pid }) => pid).find((pid) => pid !== null);
  if (inside === undefined || inside === null) throw new Error('no box has a process');
  const nameOf = (address: string) => state.boxes.find((box) => box.address === address)?.name;
  const tcp = [...listeners(inside), ...listeners('self')].map(({ host, port }): Attempt => {
    const box = nameOf(host);
    const known = box === undefined ? { mayHangUp: true } : { box };
    return {
      what: 'tcp',
      target: `${box ?? 'published'} ${host}:${port}`,
      host,
      port,
      ...known,
    };
  });
  const folders = [stackFolder(stage, SLOT), socketFolder()];
  const unix = [...unixListeners(inside), ...unixListeners('self')]
    .filter(
      (path) =>
        folders.some((folder) => path.startsWith(folder)) || /scaling|pgsql|redis|haproxy/i.test(path),
    )
    .map((path): Attempt => ({ what: 'unix', target: `socket ${path}`, path }));
  const files = folders
    .flatMap((folder) => filesIn(folder))
    .map((path): Attempt => ({ what: 'read', target: `file ${path}`, path }));
  const pids = pidsBeside(inside);
  const environments = pids.map((pid): Attempt => {
    return { what: 'read', target: `environment of ${commandOf(pid)}`, path: `/proc/${pid}/environ` };
  });
  const doors = [state.site, state.mail, ...otherEntries()].map(
    (url) => `published 127.0.0.1:${new URL(url).port}`,
  );
  return {
    tcp: tcp.filter(({ target, box }) => box !== undefined || isPublished(target)),
    unix,
    files: [...files, ...environments],
    processes: pids.map((pid): Attempt => ({ what: 'kill', target: `process ${commandOf(pid)}`, pid })),
    boxes: state.boxes.map(({ name }) => name),
    doors,
    root: pids.filter((pid) => uidOf(pid) === 0 && !isOfSupervisor(pid)).map(commandOf),
  };
}

/** Ports of this stage and slot, whatever they are for: 8001 to 8609, 7000 above. */
function isPublished(target: string): boolean {
  const port = Number(target.split(':')[1]);
  return port >= 8000 + SLOT * 1000 && port < 9000 + SLOT * 1000 && port % 100 === stage;
}

/** The site as visitors of another region reach it: the second edge, or the router's second port. */
function otherEntries(): string[] {
  return stage >= 6 && stage <= 7 ? [`http://localhost:${8300 + stage + SLOT * 1000}`] : [];
}

interface Listener {
  readonly host: string;
  readonly port: number;
}

function listeners(pid: number | 'self'): Listener[] {
  const found = ['tcp', 'tcp6'].flatMap((file) =>
    readFileSync(`/proc/${pid}/net/${file}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/)),
  );
  return found
    .filter(([, , , state]) => state === LISTENING.tcp)
    .map(([, local = '']) => {
      const [address = '', port = ''] = local.split(':');
      return { host: ipv4(address), port: Number.parseInt(port, 16) };
    });
}

/** As proc(5) writes it: the bytes of the last word in the machine's order. An IPv6 address is a mapped IPv4 one, or any. */
function ipv4(hex: string): string {
  const bytes = (hex.slice(-8).match(/../g) ?? []).map((each) => Number.parseInt(each, 16)).reverse();
  const address = bytes.join('.');
  return address.startsWith('127.') ? address : '127.0.0.1';
}

function unixListeners(pid: number | 'self'): string[] {
  const lines = readFileSync(`/proc/${pid}/net/unix`, 'utf8').split('\n').slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , flags, , , , path]) => flags === LISTENING.unix && path !== undefined)
    .map(([, , , , , , , path = '']) => path);
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && NAMED.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** All processes in a stack's process namespace. */
function pidsBeside(inside: number): number[] {
  const namespace = readlinkSync(`/proc/${inside}/ns/pid`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/ns/pid`) === namespace;
      } catch {
        return false; // It has ended.
      }
    })
    .map(Number);
}

function uidOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}

/** The supervisor, and the shell above it that is process 1. */
function isOfSupervisor(pid: number): boolean {
  return commandOf(pid).includes(`${stackFolder(stage, SLOT)}/plan.json`);
}

async function intrude(attempts: readonly Attempt[]): Promise<{ target: string; result: string }[]> {
  const as = [`--reuid=${INTRUDER}`, `--regid=${INTRUDER}`, '--clear-groups', '--inh-caps=-all', '--'];
  const script = readFileSync(join(import.meta.dirname, 'intruder.mjs'), 'utf8');
  const { stdout } = await execa(
    'setpriv',
    [...as, process.execPath, '--input-type=module', '--eval', script],
    { input: JSON.stringify(attempts), cwd: '/' },
  );
  const results = JSON.parse(stdout) as (string | null)[];
  const seen = new Set<string>();
  return attempts.flatMap(({ target }, index) => {
    const result = results[index];
    if (result === null || result === undefined || seen.has(target)) return [];
    seen.add(target);
    return [{ target, result }];
  });
}

async function command(verb: string): Promise<void> {
  await execa(process.execPath, [CLI, String(stage), verb, '--slot', String(SLOT), '--runtime', 'native'], {
    env: { SCALING_SHARED_NETWORK: '' },
  });
}
