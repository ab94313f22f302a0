import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type PairedBin, ratioInterval, ratioOfSums } from '../measure/bootstrap.ts';
import { commit, machine } from '../measure/provenance.ts';
import { startDatabase } from './database.ts';
import { generator } from './generator.ts';
import { INVENTORY, ROUTES, type Route } from './route.ts';
import { type Side, startSide } from './side.ts';

/** The most that the shop may cost, as a multiple of the floor. */
export const MOST = 1.15;

export interface FloorOptions {
  /** Measured per route, after the warm-up. */
  readonly seconds: number;
  /** Sent to each side, for each route, before anything counts. */
  readonly warmRequests: number;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

export interface RouteResult {
  readonly route: Route['name'];
  readonly label: string;
  readonly requests: number;
  readonly cpuMicrosPerRequest: { readonly bare: number; readonly shop: number };
  readonly ratio: number;
  /** 95 %. */
  readonly interval: readonly [low: number, high: number];
  readonly holds: boolean;
}

export interface FloorResult {
  readonly routes: readonly RouteResult[];
  /** Why the figures do not count; empty when they do. */
  readonly why: readonly string[];
  readonly provenance: {
    readonly machine: string;
    readonly node: string;
    readonly commit: string;
    readonly startedAt: string;
    readonly seconds: number;
  };
}

/** Seconds of one block: both sides' CPU is read at its ends. */
const BLOCK_SECONDS = 1;
/**
 * Sent to each side before anything counts. With 1,500 the validation of a purchase still cost 35 µs instead of 3:
 * an engine that has yet to optimise punishes whoever has more code.
 */
export const WARM_REQUESTS = 5000;

/**
 * CPU per request of the shop against a bare Express and pg handler with the same SQL: two processes side by side, the
 * same requests at the same moments, so that the machine's noise hits both.
 */
export async function measureFloor(options: FloorOptions): Promise<FloorResult> {
  const scratch = await mkdtemp(join(tmpdir(), 'scaling-floor-'));
  const stops: (() => Promise<void>)[] = [() => rm(scratch, { recursive: true, force: true })];
  try {
    const programs = await bundleSides(scratch);
    const database = await startDatabase(['bare', 'shop'], await freePort(), options.onProgress);
    stops.unshift(database.stop);
    const start = async (name: Side['name']) => {
      const port = await freePort();
      const side = await startSide({
        name,
        program: join(programs, `${name}.mjs`),
        databaseUrl: database.url(name),
        address: '127.0.0.1',
        port,
      });
      stops.unshift(side.stop);
      return side;
    };
    const sides = [await start('bare'), await start('shop')] as const;
    const startedAt = new Date().toISOString();
    const measured = await measure(sides, options);
    const { seconds } = options;
    const circumstances = {
      machine: machine(),
      node: process.versions.node,
      commit: await commit(),
      startedAt,
      seconds,
    };
    return { ...measured, provenance: circumstances };
  } finally {
    for (const stop of stops) await stop();
  }
}

async function measure(
  sides: readonly [Side, Side],
  options: FloorOptions,
): Promise<Pick<FloorResult, 'routes' | 'why'>> {
  const requests = generator(sides);
  const routes: RouteResult[] = [];
  const why: string[] = [];
  try {
    for (const route of ROUTES) {
      options.onProgress(`${route.label}: warming up`);
      const warm = await requests.warm(route, options.warmRequests);
      const bins: PairedBin[] = [];
      const wrong = [...warm.wrong];
      let answered = 0;
      options.onProgress(`${route.label}: measuring for ${options.seconds} s`);
      for (let second = 0; second < options.seconds; second += BLOCK_SECONDS) {
        options.signal.throwIfAborted();
        const before = await Promise.all(sides.map((side) => side.cpuMicros()));
        const sent = await requests.run(route, BLOCK_SECONDS);
        const after = await Promise.all(sides.map((side) => side.cpuMicros()));
        const [bare = 0, shop = 0] = after.map((micros, index) => micros - (before[index] ?? 0));
        bins.push({ previous: bare, this: shop });
        answered += sent.answered;
        wrong.push(...sent.wrong);
      }
      if (wrong.length > 0) why.push(`${wrong.length} wrong answers, such as ${wrong[0]}`);
      routes.push(resultOf(route, bins, answered));
    }
  } finally {
    requests.close();
  }
  return { routes, why };
}

function resultOf({ name, label }: Route, bins: readonly PairedBin[], requests: number): RouteResult {
  const total = (side: keyof PairedBin) => bins.reduce((sum, bin) => sum + bin[side], 0);
  const { ratio, interval } = ratioInterval([bins]);
  return {
    route: name,
    label,
    requests,
    cpuMicrosPerRequest: {
      bare: Math.round(total('previous') / requests),
      shop: Math.round(total('this') / requests),
    },
    ratio,
    interval,
    holds: ratioOfSums(bins) <= MOST,
  };
}

/** Both sides' programs, bundled alike: how one loads its packages must not count. */
async function bundleSides(folder: string): Promise<string> {
  const sides = fileURLToPath(new URL('sides/', import.meta.url));
  await build({
    entryPoints: [join(sides, 'bare.ts'), join(sides, 'shop.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['pg-native'],
    banner: {
      js: `import { createRequire as r } from 'node:module'; const require = r(import.meta.url);`,
    },
    logLevel: 'silent',
  });
  return folder;
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** The longest measurement that the seats last for. */
export function mostSeconds(): number {
  const rate = Math.max(...ROUTES.filter(({ name }) => name === 'buy').map((route) => route.rate));
  return Math.floor((INVENTORY - WARM_REQUESTS) / rate);
}
