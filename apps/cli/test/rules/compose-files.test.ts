import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeFiles, isPinned, serviceFindings } from '../../src/rules/compose-files.ts';
import { ROOT, readStage } from '../../src/stage/stages.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

it('a port that others on the network can reach is found', async () => {
  const { lb } = (await readStage(4)).services;
  if (lb === undefined) throw new Error('stage 4 has no load balancer');
  const [port] = lb.ports;
  const open = { ...lb, ports: port === undefined ? [] : [{ ...port, hostIp: '0.0.0.0' }] };
  expect(serviceFindings(lb, new Map())).toEqual([]);
  expect(serviceFindings(open, new Map()).map(({ what }) => what)).toEqual([
    'lb is open to the network at 0.0.0.0:8004',
  ]);
});

describe('an image', () => {
  it('of every stage is pinned to a version and its digest', async () => {
    expect(await composeFiles.find()).toEqual([]);
  });

  it.each([
    [`redis:7.4.11-bookworm@${DIGEST}`, true],
    [`prom/prometheus:v3.5.5@${DIGEST}`, true],
    ['redis:7.4.11-bookworm', false],
    ['redis:latest', false],
    [`redis:latest@${DIGEST}`, false],
    ['redis:7.4.11-bookworm@sha256:0a', false],
  ])('%s counts as pinned: %s', (image, is) => {
    expect(isPinned(image)).toBe(is);
  });

  it('that a Dockerfile or the observers start from is pinned by the same digest everywhere', async () => {
    const files = [
      'stages/boxes.yaml',
      'stages/observe/compose.yaml',
      'stages/link/Dockerfile',
      'apps/tickets/Dockerfile',
    ];
    const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')));
    const all = texts.join('\n');
    const images = [...all.matchAll(/^(?:FROM|\s+image:) (?!scaling\/)(\S+)/gm)].map(
      ([, image = '']) => image,
    );
    for (const image of images)
      expect(image).toMatch(/:v?\d+\.\d+\S*\$\{[A-Z\d]+_DIGEST(-@sha256:[0-9a-f]{64})?\}$/);
    const digests = new Map<string, Set<string>>();
    for (const [, name = '', digest = ''] of all.matchAll(/([A-Z\d]+_DIGEST)[-=]@(sha256:[0-9a-f]{64})/g))
      digests.set(name, (digests.get(name) ?? new Set()).add(digest));
    expect([...digests].filter(([, each]) => each.size > 1)).toEqual([]);
    const stoodIn = execFileSync('bash', ['-c', 'source .ci/engine/settings; echo "${digests[@]}"'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const names = stoodIn
      .trim()
      .split(' ')
      .map((name) => `${name}_DIGEST`);
    expect([...digests.keys()].sort()).toEqual(names.sort());
  });
});
