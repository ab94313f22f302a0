import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { makeDatabases } from '../sharding/open-shards.ts';
import { built, type Running, runStage } from './programs.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

const STAGES = fileURLToPath(new URL('../../../../stages', import.meta.url));
const stages = readdirSync(STAGES).filter((name) => /^\d-/.test(name));
/** The apps that visitors reach; the first of them has the stage's document. */
const appsOf = (stage: string) =>
  existsSync(`${STAGES}/${stage}/app.ts`) ? [stage] : [`${stage}/shows`, `${stage}/reservations`];

let server: TestPostgres;
let standby: TestPostgres;
let redis: TestRedis;
/** Every path that a stage can have: stage 9 has them all. */
let everyPath: readonly string[];
beforeAll(async () => {
  server = await startPostgres();
  await server.database('shop');
  await server.database('queue');
  await makeDatabases(server, 'sharded', 2);
  standby = await startStandby(server, 'replica_1');
  redis = await startRedis();
  await built();
  everyPath = await withStage('9-sharding', async (document) => Object.keys(document.paths));
}, 120_000);
afterAll(async () => {
  await redis.stop();
  await standby.stop();
  await server.stop();
});

it.each(stages)(
  'the document of stage %s has just the routes that the stage has',
  async (stage) => {
    await withStage(stage, async (document, apps) => {
      for (const path of everyPath) {
        const described = document.paths[path] ?? document.paths[templateOf(path, document)];
        const methods = await Promise.all(
          apps.map((app) => methodsOf(`${app.url}${path.replace('{id}', '1')}`)),
        );
        expect({ path, methods: [...new Set(methods.flat())].sort() }).toEqual({
          path,
          methods: Object.keys(described ?? {}).sort(),
        });
      }
      const ids = Object.values(document.paths).flatMap((path) =>
        Object.values(path).map((one) => one.operationId),
      );
      expect(new Set(ids).size).toBe(ids.length);
      const internal = await Promise.all(apps.map((app) => methodsOf(`${app.url}/healthz`)));
      expect(internal.flat()).toContain('get');
      expect(Object.keys(document.paths)).not.toContain('/healthz');
    });
  },
  60_000,
);

/** A stage without `/reservations/link` takes its last part for an id. */
function templateOf(path: string, { paths }: Document): string {
  return (
    Object.keys(paths).find((other) => new RegExp(`^${other.replace('{id}', '[^/]+')}$`).test(path)) ?? ''
  );
}

/** The methods of a path that an app has, without those that every path has. */
async function methodsOf(url: string): Promise<string[]> {
  const answer = await fetch(url, { method: 'OPTIONS' });
  expect([204, 404]).toContain(answer.status);
  const allow = answer.headers.get('allow')?.split(', ') ?? [];
  return allow
    .filter((method) => method !== 'HEAD' && method !== 'OPTIONS')
    .map((method) => method.toLowerCase());
}

async function withStage<Value>(
  stage: string,
  use: (document: Document, apps: readonly Running[]) => Promise<Value>,
): Promise<Value> {
  const database = { '8': 'queue', '9': 'sharded' }[stage.slice(0, 1)] ?? 'shop';
  const port = String(await freePort());
  const environment = {
    DATABASE_URL: server.url(database),
    REPLICA_URLS: stage.startsWith('7') ? server.url(database) : standby.url(database),
    SHARD_URL: server.url('sharded_{n}'),
    SHARDS: '2',
    REDIS_URL: redis.url,
    OTHER_REDIS_URL: redis.url,
    RESERVATIONS_URL: `http://127.0.0.1:${port}`,
  };
  const [first = '', ...others] = appsOf(stage);
  const apps = await Promise.all([
    runStage(first, environment),
    ...others.map((other) => runStage(other, { ...environment, PORT: port })),
  ]);
  try {
    const document = (await (await fetch(`${apps[0].url}/openapi.json`)).json()) as Document;
    return await use(document, apps);
  } finally {
    await Promise.all(apps.map((app) => app.stop()));
  }
}
