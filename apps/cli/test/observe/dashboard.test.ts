import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboard } from '../../src/observe/dashboard.ts';
import { withObservers } from '../../src/stage/observed.ts';
import { listStages, ROOT, readStage } from '../../src/stage/stages.ts';

interface Shown {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly refId: string; readonly datasource: { readonly uid: string } }[];
  }[];
}

const stages = await Promise.all(
  (await listStages()).map(async ({ number }) => {
    const file = await readStage(number);
    return { number, file, shown: dashboard(number, file) as Shown };
  }),
);
const titles = (stage: number): string =>
  stages
    .filter(({ number }) => number === stage)
    .flatMap(({ shown }) => shown.panels.map(({ title }) => title))
    .join('\n');

describe('a stage’s dashboard', () => {
  it.each(stages)('stage $number: named after its bottleneck, its graphs side by side', ({ file, shown }) => {
    expect(shown.title).toContain(file.facts.title);
    expect(shown.title).toContain(file.facts.bottleneck);
    const cells = shown.panels.map(({ gridPos: { x, y } }) => `${x},${y}`);
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(shown.panels.map(({ id }) => id)).size).toBe(shown.panels.length);
    expect(shown.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    for (const { targets = [] } of shown.panels)
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  it('begins with which box is full', () => {
    for (const { shown } of stages) expect(shown.panels[1]?.title).toMatch(/^Which box is full/);
  });

  it('asks only for what the stage has', () => {
    for (const [words, first] of [
      ['Load balancer', 3],
      ['replicas are behind', 4],
      ['Cache', 5],
      ['Files that no edge had', 6],
      ['region that decides', 7],
      ['Messages that wait', 8],
      ['by shard', 9],
    ] as const) {
      expect(titles(first - 1)).not.toContain(words);
      expect(titles(first)).toContain(words);
    }
    expect(titles(8)).not.toContain('while the buyer waits');
  });

  it('asks the datasource that is provisioned, every five seconds as it is scraped', async () => {
    const read = async (path: string) => parse(await readFile(join(ROOT, 'stages/observe', path), 'utf8'));
    const { datasources } = await read('grafana/provisioning/datasources/prometheus.yaml');
    const { global } = await read('prometheus.yml');
    expect(datasources).toHaveLength(1);
    expect(datasources[0].jsonData.timeInterval).toBe(global.scrape_interval);
    const asked = stages.flatMap(({ shown }) => shown.panels.flatMap(({ targets = [] }) => targets));
    expect(new Set(asked.map(({ datasource }) => datasource.uid))).toEqual(new Set([datasources[0].uid]));
  });

  it('is typed by the very version of Grafana that shows it', async () => {
    const { services } = await withObservers(await readStage(1), {});
    const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'apps/cli/package.json'), 'utf8'));
    expect(services.grafana?.image.split('@')[0]).toBe(
      `grafana/grafana:${devDependencies['@grafana/schema']}`,
    );
  });
});
