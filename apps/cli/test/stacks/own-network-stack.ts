import { nativeRuntime } from '../../src/runtime/native/index.ts';
import { inBridgedNetwork } from '../../src/runtime/native/network/own-network.ts';
import type { StackId } from '../../src/runtime/runtime.ts';

/**
 * Run by own-network.test.ts, in a network namespace of its own: `STAGE SLOT SEED STEPS`. Starts an isolated stack and
 * prints `{"ready": true}`. With steps, it causes that many random faults, ends them, and prints `{"states": […]}`.
 */
const inside = inBridgedNetwork([process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
if (inside !== null) process.exit(await inside);

const [stage = 2, slot = 0, seed = 1, steps = 0] = process.argv.slice(2).map(Number);
const id: StackId = { stage, slot };
const runtime = nativeRuntime();
const ended = new AbortController();
process.on('SIGTERM', () => ended.abort(new Error('SIGTERM')));
process.on('SIGINT', () => ended.abort(new Error('SIGINT')));

try {
  const { boxes, entry } = await runtime.up(stage, { slot, isolated: true, signal: ended.signal });
  print({ ready: true });
  if (steps === 0) while (!ended.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 20));
  else {
    print({ partition: await cutAndRestore(entry) });
    print({ disk: await fillAndEmpty() });
    await disturb(boxes.map((box) => box.name));
    const after = (await runtime.state(id))?.boxes ?? [];
    print({ states: after.map((box) => `${box.name} ${box.state}`), answer: await ask(entry) });
  }
} finally {
  await runtime.down(id);
}
process.exit(0);

/** What a page that needs the database answers before a partition between app and database, within it, and after. */
async function cutAndRestore(entry: string): Promise<(number | string)[]> {
  const before = await ask(entry);
  await runtime.faults.drop(id, 'app', 'db', 1);
  const within = await ask(entry);
  await runtime.faults.undrop(id);
  return [before, within, await ask(entry, 20_000)];
}

/** Whether a box can write before its disk is full, while it is, and after. */
async function fillAndEmpty(): Promise<boolean[]> {
  const write = async (): Promise<boolean> => {
    const script = 'f=data/db/written; head -c 100000 /dev/zero > $f; code=$?; rm -f $f; exit $code';
    return (await runtime.exec(id, 'db', ['sh', '-c', script])).code === 0;
  };
  const before = await write();
  // Of two boxes that share it: it stays full until it is for neither.
  for (const box of ['db', 'mail']) await runtime.faults.fill(id, box);
  await runtime.faults.unfill(id, 'mail');
  const within = await write();
  await runtime.faults.unfill(id, 'db');
  return [before, within, await write()];
}

async function ask(entry: string, limitMs = 3000): Promise<number | string> {
  return fetch(`${entry}/shows`, { signal: AbortSignal.timeout(limitMs) }).then(
    (answer) => answer.status,
    (error: Error) => error.name,
  );
}

/** Random faults, then the end of each: resume, undrop, heal. */
async function disturb(names: readonly string[]): Promise<void> {
  const random = generator(seed);
  const choose = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  for (let step = 0; step < steps; step++) {
    const [box, other] = [choose(names), choose(names)];
    const fault = choose(['pause', 'resume', 'kill', 'drop', 'undrop', 'fill', 'unfill'] as const);
    print({ step, fault, box, ...(fault === 'drop' ? { other } : {}) });
    if (fault === 'kill') await runtime.kill(id, box);
    else if (fault === 'fill') await runtime.faults.fill(id, box);
    else if (fault === 'unfill') await runtime.faults.unfill(id, box);
    else if (fault === 'undrop') await runtime.faults.undrop(id);
    else if (fault === 'drop') {
      if (box !== other) await runtime.faults.drop(id, box, other, choose([1, 0.3]));
    } else if (fault === 'resume') await runtime.faults.resume(id, box);
    // A box that was killed, or that ended because of another fault, cannot be paused.
    else if ((await stateOf(box)) === 'ready') await runtime.faults.pause(id, box);
    await new Promise((resolve) => setTimeout(resolve, random() * 800));
  }
  for (const name of names) await runtime.faults.resume(id, name);
  await runtime.faults.undrop(id);
  for (const name of names) await runtime.faults.unfill(id, name);
  await Promise.all(names.map((name) => runtime.heal(id, name)));
}

async function stateOf(name: string): Promise<string | undefined> {
  return (await runtime.state(id))?.boxes.find((box) => box.name === name)?.state;
}

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
function generator(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
