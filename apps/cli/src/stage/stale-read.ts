import { Failure } from '../failure.ts';
import type { Running } from '../verbs/running.ts';
import { type BoughtAndRead, buyThenRead } from './buy-then-read.ts';

/** The primary may write of its own accord in between; then the replicas lag too far and are not read from. */
const MAX_ATTEMPTS = 3;

export interface StaleRead extends BoughtAndRead {
  /** The replicas whose replay was paused during the reads. */
  readonly paused: readonly string[];
  /**
   * `as-promised`: with a position the buyer saw their write while others did not; without one, the stale read was seen.
   * `broken`: the buyer sent the position and did not see their write. `nothing`: no read came from a paused replica.
   */
  readonly shown: 'as-promised' | 'broken' | 'nothing';
}

interface Replay {
  readonly replicas: readonly { readonly name: string; readonly state?: string }[];
}

/**
 * Pauses replay on all replicas, buys a seat and reads it back. A seat that is shown as free proves that the read came
 * from a paused replica. A purchase after which nobody sees the seat as free is repeated with another seat.
 *
 * @throws Failure when the replicas could not be paused, or did not stay paused during the reads
 */
export async function staleRead(running: Running): Promise<StaleRead> {
  for (let attempt = 1; ; attempt += 1) {
    const seen = await once(running);
    if (seen.shown !== 'nothing' || attempt === MAX_ATTEMPTS) return seen;
  }
}

async function once({ runtime, id, state }: Running): Promise<StaleRead> {
  const app = state.boxes.find((box) => box.kind === 'app' && box.state === 'ready');
  if (!app || !state.boxes.some((box) => box.kind === 'replica'))
    throw new Failure(`Stage ${id.stage} has no replicas.`, { next: 'They come with stage 4.' });
  const box = app.name;
  async function replay(asked: 'pause' | 'resume' | 'state'): Promise<Replay> {
    const { code, stdout, stderr } = await runtime.exec(id, box, ['node', 'admin/replay.mjs', asked]);
    // Beside the log's own lines.
    const answer = stdout.split('\n').find((line) => line.startsWith('{"asked"'));
    if (code === 0 && answer !== undefined) return JSON.parse(answer) as Replay;
    throw new Failure(`The replicas could not be told to ${asked}: ${stderr.trim()}`, { where: box });
  }
  try {
    const before = pausedIn(await replay('pause'));
    const seen = await buyThenRead(state.site);
    const after = pausedIn(await replay('state'));
    if (before.length === 0 || before.join() !== after.join())
      throw new Failure(
        `Replay was paused on ${before.join(', ') || 'no replica'} before the reads and on ${after.join(', ') || 'none'} after them.`,
        { next: `See \`pnpm stage ${id.stage} ps\`: a replica may have failed. Then try again.` },
      );
    return { ...seen, paused: before, shown: judge(seen) };
  } finally {
    await replay('resume');
  }
}

/** The replicas whose replay is paused. @throws Failure naming one that replays all the same. */
function pausedIn({ replicas }: Replay): string[] {
  const busy = replicas.find(({ state }) => state !== 'paused');
  if (busy !== undefined)
    throw new Failure('A replica did not stop to replay.', { where: busy.name, next: 'Try again.' });
  return replicas.map(({ name }) => name);
}

/** What the reads of a purchase have shown. */
export function judge({
  position,
  buyer,
  other,
}: Pick<BoughtAndRead, 'position' | 'buyer' | 'other'>): StaleRead['shown'] {
  if (position === null) return buyer.free > 0 ? 'as-promised' : 'nothing';
  if (buyer.free > 0) return 'broken';
  return other.free > 0 ? 'as-promised' : 'nothing';
}
