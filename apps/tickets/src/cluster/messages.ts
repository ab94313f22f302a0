import type { EventEmitter } from 'node:events';

/** What a clone says of itself when asked. */
export interface CloneReport {
  readonly cpuMicros: number;
  readonly memoryBytes: number;
  readonly requests: number;
}

export type FromClone =
  | { readonly kind: 'serving' }
  | { readonly kind: 'report'; readonly ask: number; readonly report: CloneReport }
  | { readonly kind: 'metrics'; readonly ask: number; readonly metrics: object[] }
  /** The clone wants the metrics of all clones; the primary answers with `all-metrics`. */
  | { readonly kind: 'all-metrics'; readonly ask: number }
  | { readonly kind: 'seat-change'; readonly change: unknown };

export type ToClone =
  | { readonly kind: 'drain' }
  | { readonly kind: 'report' | 'metrics'; readonly ask: number }
  | { readonly kind: 'all-metrics'; readonly ask: number; readonly text: string }
  | { readonly kind: 'seat-change'; readonly change: unknown };

const ANSWER_LIMIT_MS = 2000;
let asks = 0;

/** The other end: a clone, or in a clone its primary. */
type Channel = EventEmitter & { send?: ((message: object) => unknown) | undefined };

/** Asks the process at the other end and waits up to 2 s for its answer. */
export async function ask<Answer extends { kind: string; ask: number }>(
  channel: Channel,
  kind: Answer['kind'],
): Promise<Answer> {
  asks += 1;
  const number = asks;
  return await new Promise<Answer>((resolve, reject) => {
    const timer = setTimeout(() => {
      channel.off('message', listen);
      reject(new Error(`no answer to ${kind} within ${ANSWER_LIMIT_MS} ms`));
    }, ANSWER_LIMIT_MS);
    function listen(message: Partial<Answer>): void {
      if (message.kind !== kind || message.ask !== number) return;
      clearTimeout(timer);
      channel.off('message', listen);
      resolve(message as Answer);
    }
    channel.on('message', listen);
    channel.send?.({ kind, ask: number });
  });
}
