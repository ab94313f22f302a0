import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonText, ReadOptions, Store } from '../../src/index.ts';
import { lsnNumber } from '../../src/stores/lsn.ts';

/**
 * A shop with replicas, reduced to what a cache can get wrong: reads may be slow, a replica may lag, every sale moves the
 * position. Its seat map is the number of sales that it includes.
 */
export function origin() {
  const state = {
    /** What the primary holds, and what the replica has replayed. */
    sales: 0,
    replayed: 0,
    reads: 0,
    /** How long a read takes after it has looked. */
    readMs: 0,
    failing: false,
    /** Sales and cancellations are done, and their answers are lost. */
    losing: false,
  };
  const answered = () => {
    if (state.losing) throw new Error('Query read timeout');
  };
  const position = (sales: number) => `0/${(sales + 16).toString(16).toUpperCase()}`;
  const read = async (options?: ReadOptions) => {
    state.reads += 1;
    if (state.failing) throw new Error('the databases are away');
    const after = options?.after === undefined ? 0n : lsnNumber(options.after);
    // The replica, if it has what is asked for, else the primary.
    const replica = lsnNumber(position(state.replayed)) >= after;
    const seen = replica ? state.replayed : state.sales;
    if (options?.note !== undefined) options.note.position = position(seen);
    await sleep(state.readMs);
    return JSON.stringify({ sales: seen }) as JsonText;
  };
  const store: Store = {
    reached: async (asked) => lsnNumber(asked) <= lsnNumber(position(state.sales)),
    shows: { list: read, find: async (id, options) => (id === 999 ? null : await read(options)) },
    reservations: {
      seatMap: async (id, options) => (id === 999 ? null : await read(options)),
      find: async () => RESERVATION,
      async reserve({ showId }) {
        state.sales += 1;
        answered();
        return {
          kind: 'reserved',
          replayed: false,
          position: position(state.sales),
          reservation: { ...RESERVATION, showId },
        };
      },
      async cancel() {
        state.sales += 1;
        answered();
        return {
          kind: 'cancelled',
          freed: true,
          position: position(state.sales),
          reservation: { ...RESERVATION, status: 'cancelled' },
        };
      },
    },
  };
  return { store, state, position };
}

const RESERVATION = {
  id: '00000000-0000-4000-8000-000000000000',
  token: '0123456789abcdef0123456789abcdef',
  showId: 1,
  seats: [1],
  name: 'Ada',
  email: 'ada@example.com',
  ticket: 'mail',
  totalCents: 1,
  status: 'confirmed',
  createdAt: '2026-01-01T00:00:00Z',
} as const;

export const request = {
  showId: 1,
  seats: [1],
  name: 'Ada',
  email: 'ada@example.com',
  ticket: 'mail',
  idempotencyKey: 'key',
} as const;

/** The number of sales that an answer includes. */
export function salesIn(text: string | null): number {
  return (JSON.parse(text ?? 'null') as { sales: number }).sales;
}
