import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directly } from '../../src/failover/databases.ts';
import { siteOf } from '../../src/regions/site-of.ts';
import { readComposeFile } from '../../src/stage/compose-file.ts';
import { boxesIn, regionsOf, wayInto } from '../../src/stage/regions.ts';
import { readStage } from '../../src/stage/stages.ts';
import { box, stackState } from '../measure/stack-state.ts';

const file = await readStage(7);
const state = stackState(
  [
    box('router', 'router', 0.15),
    box('edge-us', 'edge', 0.1),
    box('app-us-1', 'app', 0.12),
    box('app-us-2', 'app', 0.12),
    box('db-us', 'db', 0.09),
    box('edge-eu', 'edge', 0.1),
    box('db-eu', 'replica', 0.09),
    box('link', 'link', null),
    box('mail', 'mail', null),
  ],
  7,
);

describe('the regions of a stage', () => {
  it('are named home first; a stage whose boxes all stand in one has none', async () => {
    expect(regionsOf(file)).toEqual(['us', 'eu']);
    // Its edges stand in two, its shop does not.
    expect(regionsOf(await readStage(6))).toEqual([]);
    expect(regionsOf(await readStage(2))).toEqual([]);
  });

  it('hold the boxes that are lost with them, and not what lies between them', () => {
    expect(boxesIn(file, state, 'us').map(({ name }) => name)).toEqual([
      'edge-us',
      'app-us-1',
      'app-us-2',
      'db-us',
    ]);
    expect(boxesIn(file, state, 'eu').map(({ name }) => name)).toEqual(['edge-eu', 'db-eu']);
  });

  it('have each a way in, in every slot; nobody comes from one that does not exist', async () => {
    expect(wayInto(file, state, 'eu')).toBe('http://127.0.0.1:8081');
    expect(siteOf(file, { ...state, site: 'http://localhost:8007' }, 'eu')).toBe('http://localhost:8307');
    expect(siteOf(file, { ...state, site: 'http://localhost:13007' }, 'eu')).toBe('http://localhost:13307');
    expect(siteOf(file, { ...state, site: 'http://localhost:13007' }, 'us')).toBe('http://localhost:13007');
    expect(() => wayInto(file, state, 'mars')).toThrow('no visitors from "mars"');
    const two = await readStage(2);
    expect(() => wayInto(two, stackState([], 2), 'eu')).toThrow('no visitors from "eu"');
  });

  it('keep their databases in reach of whoever operates them, past the link', () => {
    expect(directly(state)).toEqual([
      'env',
      'DATABASE_URL=postgres://tickets:tickets@db-us:5432/tickets',
      'REPLICA_URLS=postgres://tickets:tickets@db-eu:5432/tickets',
    ]);
    const four = stackState([box('db', 'db', 0.09), box('replica-1', 'replica', 0.09)]);
    expect(directly(four)).toEqual([]);
  });
});

it.each([
  ['a way in that is none', 'regions: { us: app }', 'region us is no SERVICE:PORT'],
  ['a gain that is none', 'gain: fame', 'the gain is latency'],
])('refuses %s, naming the line', async (_, fact, complaint) => {
  const folder = await mkdtemp(join(tmpdir(), 'regions '));
  const path = join(folder, 'compose.yaml');
  const facts = `title: T, users: U, bottleneck: B, cure: C, scenario: S, entry: app, ${fact}`;
  await writeFile(path, `name: test\nx-stage: { ${facts} }\nservices:\n  app: { image: x }\n`);
  await expect(readComposeFile(path, {})).rejects.toMatchObject({
    message: expect.stringContaining(complaint),
    where: expect.stringMatching(/compose\.yaml:2$/),
  });
  await rm(folder, { recursive: true });
});
