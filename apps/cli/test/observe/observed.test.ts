import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exposition } from '../../src/observe/exposition.ts';
import { targets } from '../../src/observe/targets.ts';
import { providePart } from '../../src/parts/index.ts';
import { isPinned } from '../../src/rules/compose-files.ts';
import { slotEnvironment } from '../../src/runtime/native/addresses.ts';
import { partsNeeded } from '../../src/runtime/native/make-plan.ts';
import { ONLY_IN_COMPOSE } from '../../src/runtime/native/prepare.ts';
import type { Box } from '../../src/runtime/runtime.ts';
import { isObserved, withObservers } from '../../src/stage/observed.ts';
import { listStages, ROOT, readStage } from '../../src/stage/stages.ts';
import { withoutServices } from '../../src/stage/without.ts';

const stages = await listStages();

async function observed(stage: number, slot = 0) {
  const environment = slotEnvironment(stage, slot);
  return withObservers(await readStage(stage, environment), environment);
}

function box(name: string, kind: string, more: Partial<Box> = {}): Box {
  const known = {
    service: name,
    state: 'ready',
    address: '127.0.0.2',
    cpus: 0.1,
    restarts: 0,
    pid: 1,
  } as const;
  return { name, kind, ...known, ...more };
}

describe('what observes a stage', () => {
  it.each(stages)(
    '$name: pinned, without a quota, on ports of its own and of this machine only',
    async ({ number }) => {
      const plain = await readStage(number, slotEnvironment(number, 0));
      const file = await observed(number);
      const added = Object.values(file.services).filter(({ name }) => !(name in plain.services));
      expect(added.map(({ name }) => name)).toEqual(['boxes', 'prometheus', 'grafana']);
      for (const { image, labels, cpuQuota, build } of added) {
        expect({ build, cpuQuota, kind: labels['scaling.kind'] }).toEqual({
          build: null,
          cpuQuota: null,
          kind: 'observer',
        });
        expect(isPinned(image), image).toBe(true);
      }
      const ports = Object.values(file.services).flatMap((service) => service.ports);
      expect(ports.every(({ hostIp }) => hostIp === '127.0.0.1')).toBe(true);
      expect(new Set(ports.map(({ published }) => published)).size).toBe(ports.length);
    },
  );

  it('has other ports in another slot', async () => {
    const published = async (slot: number) =>
      (await observed(4, slot)).services.prometheus?.ports.map((each) => each.published);
    expect([await published(0), await published(1)]).toEqual([[8504], [9504]]);
  });

  it('natively is Prometheus alone: nothing there is asked for that is no package', async () => {
    const file = withoutServices(await observed(2), ONLY_IN_COMPOSE);
    expect(partsNeeded(file)).toEqual(['postgres', 'k6', 'prometheus']);
  });

  it('is noticed, so that a figure taken meanwhile says so', () => {
    expect(isObserved({ boxes: [box('app-1', 'app'), box('prometheus', 'observer')] })).toBe(true);
    expect(isObserved({ boxes: [box('app-1', 'app')] })).toBe(false);
  });

  it('has a configuration that Prometheus takes', async () => {
    const { programs } = await providePart('prometheus');
    const config = join(ROOT, 'stages/observe/prometheus.yml');
    const said = execFileSync(programs.promtool ?? '', ['check', 'config', config], { encoding: 'utf8' });
    expect(said).toContain('SUCCESS');
  });
});

describe('what Prometheus is told of the boxes', () => {
  it('is where to ask those that know something: a killed one too, one without an address not', () => {
    const all = [
      box('app-1', 'app'),
      box('lb', 'lb', { state: 'killed' }),
      box('db', 'db'),
      box('worker-1', 'worker', { address: '' }),
    ];
    expect(targets({ boxes: all }).map(({ targets: [at], labels }) => [labels.box, at])).toEqual([
      ['app-1', '127.0.0.2:8080'],
      ['lb', '127.0.0.2:8404'],
    ]);
  });

  it('is seconds and bytes; a box without quota has none, and one that is gone meanwhile is left out', () => {
    const used = { kind: 'db', throttledMicros: 0, periods: 0, throttledPeriods: 0, memoryBytes: 7 };
    const text = exposition({
      boxes: [box('db', 'db'), box('mail', 'mail', { cpus: null, state: 'unhealthy', restarts: 2 })],
      usage: [
        { ...used, box: 'db', cpuMicros: 1_500_000 },
        { ...used, box: 'gone', cpuMicros: 1 },
      ],
    });
    expect(text).toContain('box_cpu_seconds_total{box="db",service="db",kind="db"} 1.5\n');
    expect(text).toContain('box_quota_cores{box="db",service="db",kind="db"} 0.1\n');
    expect(text).toContain('box_ready{box="mail",service="mail",kind="mail"} 0\n');
    expect(text).toContain('box_restarts_total{box="mail",service="mail",kind="mail"} 2\n');
    expect(text).not.toMatch(/box_quota_cores\{box="mail"/);
    expect(text).not.toContain('gone');
  });
});
