import type { Server } from 'node:http';
import { pool } from '@scaling/tickets';
import * as shop from '@scaling/tickets/metrics';
import * as worker from '@scaling/worker/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { panelsOf } from '../../src/observe/panels/index.ts';
import { listStages, readStage } from '../../src/stage/stages.ts';
import { freshAddress } from '../edges/edge.ts';
import { until } from '../runtime/until.ts';
import { askPrometheus } from './ask-prometheus.ts';
import {
  boxes,
  type Program,
  SHARE,
  serveBoxes,
  serveRegistry,
  startHaproxy,
  startPrometheus,
  THROTTLED,
} from './observed-stack.ts';

const files = await Promise.all((await listStages()).map(({ number }) => readStage(number)));
/** Every query of every stage's dashboard, once. */
const queries = new Map(
  files.flatMap(panelsOf).flatMap((panel) => panel.queries.map((query) => [query.expr, { ...query, panel }])),
);

/** What some of them must say of what is counted below. */
const EXPECTED: Readonly<Record<string, number>> = {
  'Which box is full? CPU of each box, of its quota': SHARE,
  'CPU of each shard, of its quota': SHARE,
  'Which box stands still? Share of periods in which the quota was used up': THROTTLED,
  'Answers that failed (5xx), of all': 0.1,
  'Cache: share of reads that it answered': 0.75,
  'How far the replicas are behind': 0.04,
  'Messages that wait, by group': 7,
};

const [app, lb, told, asked] = [freshAddress(), freshAddress(), freshAddress(), freshAddress()];
const servers: Server[] = [];
const programs: Program[] = [];
let visiting: NodeJS.Timeout;
const database = pool('postgres://nobody@127.0.0.1:9/none', { poolSize: 1, boxName: 'app-1' }, 'db');

beforeAll(async () => {
  servers.push(await serveRegistry(app), await serveBoxes(told, boxes(app, lb)));
  programs.push(await startHaproxy(lb));
  once();
  visiting = setInterval(visit, 50);
  programs.push(await startPrometheus(asked, told));
  const seenForAWhile = async (): Promise<boolean> => {
    const seen = await ask('count_over_time(up[10s])');
    return seen.length === 3 && seen.every(({ value }) => value >= 10);
  };
  await until('Prometheus has seen it for a while', seenForAWhile, 15_000);
}, 30_000);

afterAll(async () => {
  clearInterval(visiting);
  await Promise.all(programs.map((program) => program.stop()));
  for (const server of servers) server.close();
  await database.close();
});

/** What is a state, rather than counted. */
function once(): void {
  shop.observeReplicas([{ name: 'replica-1', lagMs: 40, healthy: true } as never]);
  shop.breakerIs(true);
  worker.lag.set({ group: 'mail', partition: '0' }, 3);
  worker.lag.set({ group: 'mail', partition: '1' }, 4);
  worker.outboxWaiting.set({ database: 'shard-1' }, 2);
  worker.stuckSince.set('mail/0', performance.now());
}

/** One visit: what the shop and its workers count, by the functions that they count with. */
function visit(): void {
  for (let count = 0; count < 9; count += 1) shop.requestTook('GET /shows/:id 200', 0.03);
  shop.requestTook('GET /shows/:id 503', 0.3);
  for (let count = 0; count < 3; count += 1) shop.countCacheRead('hit');
  for (const outcome of ['miss', 'bypass'] as const) shop.countCacheRead(outcome);
  shop.countRead('replica-1');
  shop.countFile(60_000);
  shop.countHomeWrite('decided');
  shop.delivered('sent', 0.08);
  worker.mails.inc({ outcome: 'sent' });
  worker.published.inc({ database: 'shard-1' });
  worker.retries.inc({ group: 'mail' });
  worker.deadLetters.inc();
  void fetch(`http://${lb}:8080/`).then((answer) => answer.arrayBuffer());
}

const ask = (expr: string) => askPrometheus(`http://${asked}:9090`, expr, '2s');

describe('every query of every stage’s dashboard finds data in a real Prometheus', () => {
  it.each([...queries.values()].map((query) => [`${query.panel.title}: ${query.legend}`, query]))(
    '%s',
    async (_, { expr, legend, panel }) => {
      const found = await ask(expr);
      expect(found).not.toEqual([]);
      for (const { labels, value } of found) {
        expect(value, 'a number').toSatisfy(Number.isFinite);
        for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g)) expect(labels).toHaveProperty(label);
      }
      const expected = EXPECTED[panel.title];
      if (expected !== undefined) expect(found[0]?.value).toBeCloseTo(expected, 1);
    },
  );

  it('all figures that are expected belong to a graph', () => {
    const titles = [...queries.values()].map(({ panel }) => panel.title);
    expect(titles).toEqual(expect.arrayContaining(Object.keys(EXPECTED)));
  });

  it('a box without a quota has no share of one, and is not asked for metrics that it has not', async () => {
    const shares = await ask(queries.values().next().value?.expr ?? '');
    expect(shares.map(({ labels }) => labels.box).sort()).toEqual(['app-1', 'db', 'lb', 'shard-1']);
    const up = await ask('up');
    expect(up.map(({ labels, value }) => [labels.box ?? labels.job, value]).sort()).toEqual([
      ['app-1', 1],
      ['boxes', 1],
      ['lb', 1],
    ]);
  });
});
