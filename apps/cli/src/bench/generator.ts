import { Agent, request } from 'node:http';
import type { FloorRequest, Route } from './route.ts';
import type { Side } from './side.ts';

const TICK_MS = 4;
const ANSWER_LIMIT_MS = 5000;
const CONNECTIONS = 16;

export interface Sent {
  /** Answered as they should be, on each side. */
  readonly answered: number;
  readonly wrong: readonly string[];
}

/** Sends the same requests to both sides at the same moments, at the route's rate each. */
export function generator(sides: readonly [Side, Side]) {
  const agents = sides.map(() => new Agent({ keepAlive: true, maxSockets: CONNECTIONS }));
  const ordinals = new Map<Route['name'], number>();

  return {
    async run(route: Route, seconds: number): Promise<Sent> {
      const wanted = Math.round(route.rate * seconds);
      const started = performance.now();
      const wrong: string[] = [];
      const answers: Promise<void>[] = [];
      for (let sent = 0; sent < wanted; ) {
        const due = Math.min(wanted, Math.floor(((performance.now() - started) / 1000) * route.rate) + 1);
        for (; sent < due; sent += 1) {
          const ordinal = ordinals.get(route.name) ?? 0;
          ordinals.set(route.name, ordinal + 1);
          // In turn, so that neither side always finds the database warm from the other.
          for (const index of ordinal % 2 === 0 ? [0, 1] : [1, 0]) {
            const side = sides[index];
            const agent = agents[index];
            if (side === undefined || agent === undefined) continue;
            answers.push(
              ask(`${side.url}`, route.request(ordinal), agent).then((outcome) => {
                if (outcome !== route.status) wrong.push(`${side.name} ${route.label}: ${outcome}`);
              }),
            );
          }
        }
        await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      }
      await Promise.all(answers);
      return { answered: wanted, wrong };
    },
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

/** The answer's status, or what went wrong. */
async function ask(url: string, wanted: FloorRequest, agent: Agent): Promise<number | string> {
  return await new Promise((resolve) => {
    const { method, path, headers = {}, body } = wanted;
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const sent = request(`${url}${path}`, { method, agent, headers: { ...headers, ...length } }, (res) => {
      res.resume().once('end', () => resolve(res.statusCode ?? 0));
    });
    sent.setTimeout(ANSWER_LIMIT_MS, () => sent.destroy(new Error('no answer in time')));
    sent.once('error', (error) => resolve(error.message));
    sent.end(body);
  });
}
