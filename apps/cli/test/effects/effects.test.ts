import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ExitCode, Failure } from '../../src/failure.ts';
import * as burst from '../../src/verbs/burst.ts';
import * as heal from '../../src/verbs/heal.ts';
import * as kill from '../../src/verbs/kill.ts';
import * as pause from '../../src/verbs/pause.ts';
import * as purge from '../../src/verbs/purge.ts';
import * as reload from '../../src/verbs/reload.ts';
import * as resume from '../../src/verbs/resume.ts';
import * as scale from '../../src/verbs/scale.ts';
import * as stale from '../../src/verbs/stale.ts';
import type { VerbModule } from '../../src/verbs/verb.ts';
import { contextOf, type FakeOptions, fakeStack } from './fake-stack.ts';

const THREE = ['lb lb', 'app-1 app', 'app-2 app', 'db db'];
const answer = (stdout: string) => ({ code: 0, stdout, stderr: '' });

/** How a verb ends, whether it returns or throws. */
async function exitOf(
  verb: Pick<VerbModule, 'run'>,
  args: readonly string[],
  stack: FakeOptions,
  options: Record<string, unknown> = {},
): Promise<{ code: ExitCode; said: string }> {
  try {
    return { code: await verb.run(contextOf(fakeStack(stack), args), options), said: '' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { code: error.exitCode, said: error.message };
  }
}

/** HAProxy's metrics; a reload that takes gives a worker that started later. */
function balancer(deaf: boolean): NonNullable<FakeOptions['exec']> {
  let started = 100;
  return () => {
    if (!deaf) started += 1;
    return answer(`haproxy_process_start_time_seconds ${started}\n`);
  };
}

/** An edge with two files; a removal that takes leaves none. */
function edge(deaf: boolean): NonNullable<FakeOptions['exec']> {
  return (_, argv) => {
    const script = argv[2] ?? '';
    if (script.includes('-delete')) return answer('100 1\n100 1\n');
    return answer(script.includes('wc -l') ? (deaf ? '2\n' : '0\n') : '');
  };
}

describe.concurrent('a verb that causes a fault or undoes one', () => {
  const ROWS: readonly [
    name: string,
    verb: Pick<VerbModule, 'run'>,
    args: readonly string[],
    stack: Omit<FakeOptions, 'deaf' | 'exec'>,
    exec: ((deaf: boolean) => NonNullable<FakeOptions['exec']>) | null,
    complaint: string,
  ][] = [
    ['kill', kill, ['app-1'], { stage: 3, boxes: THREE }, null, 'app-1 is ready, not killed'],
    [
      'kill',
      kill,
      ['app-1'],
      { stage: 3, boxes: ['app-1 app starting'] },
      null,
      'app-1 is starting, not killed',
    ],
    ['pause', pause, ['app-1'], { stage: 3, boxes: THREE }, null, 'app-1 is ready, not paused'],
    ['resume', resume, [], { stage: 3, boxes: ['app-1 app paused'] }, null, 'app-1 is paused, not resumed'],
    ['heal', heal, ['app-1'], { stage: 3, boxes: ['app-1 app killed'] }, null, 'app-1 is killed, not ready'],
    ['scale', scale, ['app', '5'], { stage: 3, boxes: THREE }, null, 'app runs 2 boxes, not 5'],
    ['reload', reload, [], { stage: 3, boxes: THREE }, balancer, 'lb did not take its configuration'],
    [
      'purge',
      purge,
      ['all'],
      { stage: 6, boxes: ['edge-us edge'] },
      edge,
      'edge-us still has 2 of the files',
    ],
  ];

  it.each(ROWS)('%s ends with 0 when it had its effect', async (_, verb, args, stack, exec) => {
    const found = await exitOf(verb, args, { ...stack, deaf: false, ...(exec && { exec: exec(false) }) });
    expect(found).toEqual({ code: 0, said: '' });
  });

  it.each(ROWS)('%s ends with 2 when nothing happened', async (_, verb, args, stack, exec, complaint) => {
    const found = await exitOf(verb, args, { ...stack, deaf: true, ...(exec && { exec: exec(true) }) });
    expect(found).toEqual({ code: 2, said: expect.stringContaining(complaint) });
  });

  it('purge ends with 2 when no edge runs', async () => {
    const found = await exitOf(purge, ['all'], { stage: 6, boxes: ['edge-us edge killed'], deaf: false });
    expect(found).toEqual({ code: 2, said: expect.stringContaining('No edge runs') });
  });

  it('burst refuses a scenario in which nobody buys', async () => {
    const found = await exitOf(burst, ['look'], { stage: 8, boxes: ['broker broker'], deaf: false });
    expect(found).toEqual({ code: 2, said: expect.stringContaining('Nobody buys in "look"') });
  });

  it.each([
    ['HIT', 0],
    ['MISS', 2],
  ])('stale, where each read of a map is a %s, ends with %i', async (cache, code) => {
    const shop = await shopThatSays(cache);
    try {
      const site = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
      const boxes = ['app-1 app', 'cache cache'];
      expect((await exitOf(stale, [], { stage: 5, boxes, deaf: false, site }, { rounds: 1 })).code).toBe(
        code,
      );
    } finally {
      shop.close();
      shop.closeAllConnections();
    }
  });
});

/** A shop with one show that sells one seat, and says so at once. */
async function shopThatSays(cache: string): Promise<Server> {
  let sold = false;
  const shop = createServer((req, res) => {
    res.setHeader('X-Cache', cache);
    if (req.method === 'POST') sold = true;
    res.statusCode = req.method === 'POST' ? 201 : 200;
    const map = { seats: [{ seat: 1, row: 1, sold }] };
    res.end(JSON.stringify(req.url === '/shows' ? [{ id: 1 }] : map));
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  return shop;
}
