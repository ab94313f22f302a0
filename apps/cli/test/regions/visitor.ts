import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { until } from '../runtime/until.ts';

export interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: { readonly [key: string]: unknown };
  readonly text: string;
  readonly ms: number;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** A visitor with an address of their own: 127.61.0.x is eu's, 127.60.0.x us's. */
export function visitor(address: string, host: string, port = 8080) {
  const ask = (path: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Told> => {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host,
          port,
          path,
          method,
          localAddress: address,
          agent: false,
          headers,
          signal: AbortSignal.timeout(10_000),
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text,
              get json() {
                return JSON.parse(text) as Record<string, unknown>;
              },
              ms: performance.now() - began,
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  };
  return {
    ask,
    buy: (showId: number, seat: number, key: string = randomUUID()): Promise<Told> =>
      ask('/reservations', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: {
          showId,
          seats: [seat],
          name: 'A visitor',
          email: 'visitor@example.org',
          ticket: 'box-office',
        },
      }),
    async sees(showId: number, seat: number, after?: string): Promise<boolean> {
      const map = await ask(`/shows/${showId}/seats`, {
        headers: after === undefined ? {} : { 'x-read-after': after },
      });
      if (map.status !== 200) throw new Error(`${map.status}: ${map.text}`);
      const seats = map.json.seats as { seat: number; sold: boolean }[];
      return seats[seat - 1]?.sold === true;
    },
  };
}

/** The median time that so many requests took, one after the other; each must succeed. */
export async function medianMs(count: number, ask: (n: number) => Promise<Told>): Promise<number> {
  const taken: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const { ms, status, text } = await ask(n);
    if (status >= 400) throw new Error(`${status}: ${text}`);
    taken.push(ms);
  }
  return taken.sort((one, other) => one - other)[Math.floor(count / 2)] ?? 0;
}

/** Until a visitor gets a seat, or is told that it is gone: sales are decided again. */
export function canBuy(who: () => ReturnType<typeof visitor>, show: number, seat: number): Promise<void> {
  const status = async () => (await who().buy(show, seat)).status;
  return until(
    `seat ${seat} can be bought`,
    async () => [201, 409].includes(await status().catch(() => 0)),
    15_000,
  );
}
