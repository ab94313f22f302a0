import { Agent, request } from 'node:http';
import type { FloorRequest, Route } from './route.ts';
import type { Side } from './side.ts';

const TICK_MS = 4;
const ANSWER_LIMIT_MS = 5000;
const CONNECTIONS = 16;
const VISITORS = 8;

export interface Sent {
  /** Answered as they should be, on each side. */
  readonly answered: number;
  readonly wrong: readonly string[];
}

/** Sends the same requests to both sides at the same moments. */
export function generator(sides: readonly [Side, Side]) {
  const agents = sides.map(() => new Agent({ keepAlive: true, maxSockets: CONNECTIONS }));
  const ordinals = new Map<Route['name'], number>();

  function next(route: Route): number {
    const ordinal = ordinals.get(route.name) ?? 0;
    ordinals.set(route.name, ordinal + 1);
    return ordinal;
  }

  /** One request to both sides; in turn, so that neither always finds the database warm from the other. */
  async function both(route: Route, wrong: string[]): Promise<void> {
    const ordinal = next(route);
    const order = ordinal % 2 === 0 ? [0, 1] : [1, 0];
    const asked = order.map(async (index) => {
      const side = sides[index];
      const agent = agents[index];
      if (side === undefined || agent === undefined) return;
      const outcome = await ask(side.url, route.request(ordinal), agent);
      if (outcome !== route.status) wrong.push(`${side.name} ${route.label}: ${outcome}`);
    });
    await Promise.all(asked);
  }

  return {
    /** As fast as both answer: until the engine has compiled what it will compile. */
    async warm(route: Route, count: number): Promise<Sent> {
      const wrong: string[] = [];
      let sent = 0;
      const visitor = async () => {
        for (; sent < count; await both(route, wrong)) sent += 1;
      };
      await Promise.all(Array.from({ length: VISITORS }, visitor));
      return { answered: count, wrong };
    },

    /** At the route's rate on each side. */
    async run(route: Route, seconds: number): Promise<Sent> {
      const wanted = Math.round(route.rate * seconds);
      const started = performance.now();
      const wrong: string[] = [];
      const answers: Promise<void>[] = [];
      for (let sent = 0; sent < wanted; ) {
        const due = Math.min(wanted, Math.floor(((performance.now() - started) / 1000) * route.rate) + 1);
        for (; sent < due; sent += 1) answers.push(both(route, wrong));
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
