import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InstalledPart, PartName } from '../../src/parts/index.ts';
import { slotEnvironment } from '../../src/runtime/native/addresses.ts';
import { makePlan } from '../../src/runtime/native/make-plan.ts';
import { ONLY_IN_COMPOSE } from '../../src/runtime/native/prepare.ts';
import type { UpOptions } from '../../src/runtime/runtime.ts';
import { withObservers } from '../../src/stage/observed.ts';
import { ROOT, readStage } from '../../src/stage/stages.ts';
import { withoutServices } from '../../src/stage/without.ts';

function part(name: PartName, ...programs: string[]): [PartName, InstalledPart] {
  const paths = Object.fromEntries(programs.map((each) => [each, `/parts/${each}`]));
  return [name, { name, version: '1', source: 'test', programs: paths, environment: {} }];
}
const parts = new Map([
  part('postgres', 'postgres', 'initdb'),
  part('haproxy', 'haproxy'),
  part('redis', 'redis-server', 'redis-cli'),
  part('nginx', 'nginx'),
  part('toxiproxy', 'toxiproxy-server'),
  part('k6', 'k6'),
  part('prometheus', 'prometheus'),
]);

async function plan(stage: number, options: UpOptions = {}) {
  const slot = options.slot ?? 0;
  const environment = slotEnvironment(stage, slot);
  const stageFile = await readStage(stage, environment);
  const whole = options.observe ? await withObservers(stageFile, environment) : stageFile;
  const file = withoutServices(whole, ONLY_IN_COMPOSE);
  return makePlan({
    stage,
    slot,
    file,
    parts,
    apps: '/apps',
    template: '/template',
    broker: '/broker',
    limiter: 'none',
    options,
  });
}

describe('the plan of a native stack', () => {
  it('gives every box an address of its own, and every copy of a stage a network of its own', async () => {
    const [first, second] = [await plan(4), await plan(4, { slot: 1 })];
    const addresses = [...first.boxes, ...second.boxes].map((box) => box.address);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(first.boxes.every((box) => box.address.startsWith('127.42.4.'))).toBe(true);
    expect(second.boxes.every((box) => box.address.startsWith('127.43.4.'))).toBe(true);
    expect([first.site, second.site]).toEqual(['http://localhost:8004', 'http://localhost:9004']);
  });

  it('resolves names as Compose does: box, container, service', async () => {
    const { hosts, boxes } = await plan(3);
    const address = boxes.find((box) => box.name === 'app-2')?.address;
    expect(hosts).toContain(`${address} app-2 scaling-3-app-2 app`);
    expect(hosts).toMatch(/^\S+ db scaling-3-db-1$/m);
  });

  it('starts as many instances as the file says and keeps the others waiting', async () => {
    const { boxes } = await plan(3);
    const apps = boxes.filter((box) => box.service === 'app');
    expect(apps.map((box) => box.active)).toEqual([true, true, true, false, false, false]);
    expect(boxes.find((box) => box.kind === 'load')).toMatchObject({ active: false, job: true });
  });

  it('lets each box listen on its own address where Compose says 0.0.0.0', async () => {
    const { boxes } = await plan(3);
    for (const box of boxes.filter((each) => each.environment.BOX_ADDRESS))
      expect(box.environment.BOX_ADDRESS).toBe(box.address);
    expect(boxes.find((box) => box.name === 'lb')?.environment.BOX_RESOLVER).toBeUndefined();
  });

  it('refuses more instances than the load balancer knows', async () => {
    await expect(plan(3, { scale: { app: 7 } })).rejects.toMatchObject({
      message: expect.stringContaining('7'),
    });
    await expect(plan(3, { scale: { db: 2 } })).rejects.toMatchObject({
      message: expect.stringContaining('db'),
    });
  });

  it('refuses an image that it does not know, naming the line', async () => {
    const file = await readStage(2);
    const db = file.services.db;
    if (!db) throw new Error('stage 2 has a database');
    const other = { ...file, services: { ...file.services, db: { ...db, image: 'mysql:8.4' } } };
    const make = () =>
      makePlan({
        stage: 2,
        slot: 0,
        file: other,
        parts,
        apps: '/a',
        template: '/t',
        broker: '/b',
        limiter: 'none',
        options: {},
      });
    expect(make).toThrow(/mysql:8\.4/);
    expect(make).toThrow(expect.objectContaining({ where: db.where }));
  });

  it('observed, runs Prometheus as one more box, and answers for the boxes under the name that it asks', async () => {
    const { boxes, boxesAt, hosts, forwards } = await plan(6, { observe: true, slot: 2 });
    const box = boxes.find(({ name }) => name === 'prometheus');
    expect(box).toMatchObject({ cpus: null, probe: { kind: 'http', port: 9090, path: '/-/ready' } });
    expect(box?.argv).toContain(`--web.listen-address=${box?.address}:9090`);
    expect(box?.argv).toContain(`--config.file=${join(ROOT, 'stages/observe/prometheus.yml')}`);
    expect(forwards).toContainEqual(expect.objectContaining({ port: 10_506, toAddress: box?.address }));
    expect(boxesAt).toEqual({ address: '127.44.6.1', port: 9100 });
    expect(hosts).toMatch(/^127\.44\.6\.1 boxes$/m);
    expect(boxes.map(({ address }) => address)).not.toContain('127.44.6.1');
    expect((await plan(6)).boxesAt).toBeNull();
  });

  it('publishes each edge, and takes the entry’s for the site', async () => {
    const [first, second] = [await plan(6), await plan(6, { slot: 1 })];
    expect([first.site, second.site]).toEqual(['http://localhost:8006', 'http://localhost:9006']);
    const eu = first.boxes.find((box) => box.name === 'edge-eu');
    expect(first.forwards).toContainEqual({
      host: '127.0.0.1',
      port: 8306,
      toAddress: eu?.address,
      toPort: 8090,
      isFor: 'everybody',
      keepsAddress: true,
    });
  });

  it('fills in an edge’s configuration as the official image does, and gives it a folder for what lies in memory', async () => {
    const { boxes, folder } = await plan(6);
    const edge = boxes.find((box) => box.name === 'edge-us');
    const here = `${folder}/data/edge-us`;
    expect(edge?.environment).toMatchObject({ BOX_FOLDER: here, NGINX_ENVSUBST_OUTPUT_DIR: here });
    expect(edge?.argv).toContain(`${here}/nginx.conf`);
    const [step] = edge?.prepare ?? [];
    const text = step?.do === 'fresh-folder' ? (step.files['nginx.conf'] ?? '') : '';
    expect(text).toContain(`listen ${edge?.address}:8080;`);
    expect(text).toContain('proxy_cache_key $uri;');
    expect(text).not.toMatch(/\$\{[A-Z]/);
  });
});
