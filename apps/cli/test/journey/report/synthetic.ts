import type { Drill } from '../../../src/drill/drill.ts';
import type { GroupEffect } from '../../../src/drill/effect.ts';
import type { Drilled } from '../../../src/drill/exercised.ts';
import { GROUPS, type Group } from '../../../src/drill/outcome.ts';
import { hangsOn } from '../../../src/drill/verdict.ts';
import type { AtUsers, Journey, JourneyStage, Step } from '../../../src/journey/record.ts';
import type { Provenance } from '../../../src/measure/provenance.ts';
import type { BoxLoad } from '../../../src/measure/saturation.ts';

/** A stage as one may imagine it: nothing here was measured. `full`: the kind of box that gives out first. */
interface Imagined {
  readonly name: string;
  readonly title: string;
  readonly users: string;
  readonly scenario: string;
  readonly boxes: string;
  readonly full: string;
  readonly fullBefore: string;
  /** At the limit, of the stage before and of this one. */
  readonly rps: readonly [number, number];
  /** Where the gain is time: how many times sooner. */
  readonly sooner?: number;
  readonly dies: Readonly<Record<string, readonly Group[]>>;
}

const ALL: readonly Group[] = ['reads', 'writes'];
const IMAGINED: readonly Imagined[] = [
  { name: '1-single-server', title: 'Single server', users: '1 – 1k', scenario: 'mixed', boxes: 'single mail', full: 'single', fullBefore: '', rps: [0, 78], dies: { single: ALL } },
  { name: '2-split-database', title: 'Split app and database', users: '1k – 10k', scenario: 'mixed', boxes: 'app db mail', full: 'app', fullBefore: 'single', rps: [77, 121], dies: { app: ALL, db: ALL } },
  { name: '3-load-balancer', title: 'Load balancer', users: '10k – 100k', scenario: 'sale', boxes: 'lb app-1 app-2 app-3 db mail', full: 'app', fullBefore: 'app', rps: [41, 112], dies: { lb: ALL, db: ALL } },
  { name: '4-read-replicas', title: 'Read replicas', users: '100k and more', scenario: 'seats', boxes: 'lb app-1 app-2 app-3 db replica-1 replica-2 mail', full: 'replica', fullBefore: 'db', rps: [49, 141], dies: { lb: ALL, db: ['writes'] } },
  { name: '5-cache', title: 'Cache', users: 'several 100k', scenario: 'seats', boxes: 'lb app-1 app-2 app-3 db replica-1 replica-2 cache mail', full: 'app', fullBefore: 'replica', rps: [140, 655], dies: { lb: ALL, db: ['writes'] } },
  { name: '6-cdn', title: 'CDN', users: 'Millions, everywhere', scenario: 'static', boxes: 'edge-us edge-eu link lb app-1 app-2 app-3 db replica-1 replica-2 cache mail', full: 'edge', fullBefore: 'app', rps: [402, 1630], dies: { 'edge-us': ALL, lb: ALL, db: ['writes'] } },
  { name: '7-multi-region', title: 'Several regions', users: 'Millions, in two parts of the world', scenario: 'look', boxes: 'router edge-us edge-eu lb-us lb-eu app-us-1 app-us-2 app-eu-1 app-eu-2 db-us db-eu cache-us cache-eu link mail', full: 'app', fullBefore: 'app', rps: [402, 460], sooner: 27.6, dies: { router: ALL, 'db-us': ['writes'] } },
  { name: '8-queue', title: 'Message queue', users: 'Millions, and everybody buys at once', scenario: 'buy', boxes: 'lb reservations-1 reservations-2 shows-1 shows-2 db-reservations db-shows cache broker relay worker-1 worker-2 mail', full: 'db', fullBefore: 'app', rps: [21, 96], sooner: 22.5, dies: { lb: ['writes'], 'db-reservations': ['writes'] } },
  { name: '9-sharding', title: 'Sharding', users: 'Millions, and more sales than one database can write', scenario: 'reserve', boxes: 'lb reservations-1 reservations-2 reservations-3 reservations-4 shows-1 shard-1 shard-2 shard-3 shard-4 db-shows cache broker relay worker-1 mail', full: 'shard', fullBefore: 'db', rps: [101, 367], dies: { lb: ['writes'] } },
]; // biome-ignore format: a line a stage

const KINDS: Readonly<Record<string, string>> = {
  reservations: 'app',
  shows: 'app',
  shard: 'db',
  relay: 'worker',
  router: 'lb',
};
const QUOTAS: Readonly<Record<string, number | null>> = {
  app: 0.12,
  single: 0.12,
  db: 0.085,
  replica: 0.085,
  lb: 0.15,
  worker: 0.15,
  broker: 0.25,
  mail: null,
  link: null,
};
const LADDER = [1, 2, 3, 5, 8, 12, 20];

/** Nine stages, as a whole journey could look. */
export function syntheticJourney(): Journey {
  const stages = IMAGINED.map(syntheticStage);
  return { recipe: 'full', startedAt: '2026-11-22T09:30:00.000Z', seconds: 1093, valid: true, stages };
}

/** The same with one stage void. */
export function withVoidStage(journey: Journey, stage: number, why: readonly string[]): Journey {
  const stages = journey.stages.map((each) => (each.stage === stage ? { ...each, valid: false, why } : each));
  return { ...journey, valid: false, stages };
}

function syntheticStage(imagined: Imagined, index: number): JourneyStage {
  const { name, title, users, scenario, full, fullBefore, rps } = imagined;
  const previous = IMAGINED[index - 1];
  const ladder = LADDER.map((count) => ({
    users: count,
    previous:
      previous === undefined
        ? null
        : atUsers(previous.boxes, fullBefore, { most: rps[0], count, slower: imagined.sooner ?? 1 }),
    this: atUsers(imagined.boxes, full, { most: rps[1], count, slower: 1 }),
  }));
  const provenance = syntheticProvenance(imagined);
  return {
    stage: index + 1,
    name,
    title,
    users,
    scenario,
    step: previous === undefined ? null : stepOf(index + 1, imagined, provenance),
    ladder,
    bottleneck: { box: full, share: 0.991 },
    bottleneckBefore: previous === undefined ? null : { box: fullBefore, share: 0.984 },
    drill: drillOf(index + 1, imagined, provenance),
    valid: true,
    why: [],
    provenance,
    seconds: 121,
  };
}

/** As queues behave: up to its limit a stage answers all, then everybody waits for everybody. */
function atUsers(
  boxes: string,
  full: string,
  { most, count, slower }: { most: number; count: number; slower: number },
): AtUsers {
  const alone = Math.max(1.5, (280 / most) * 1.1) + (slower > 1 ? 80 : 0);
  const rps = Math.min(most, (count / alone) * 1000 * 0.6, most * (0.55 + 0.06 * count));
  const p50Ms = Math.max(alone, (count / rps) * 1000 * 0.8);
  return {
    rps,
    p50Ms,
    p95Ms: p50Ms * (rps / most > 0.9 ? 2.3 : 3.4),
    loads: loadsOf(boxes, full, rps / most),
  };
}

function loadsOf(boxes: string, full: string, used: number): BoxLoad[] {
  return boxes.split(' ').map((box, index) => {
    const service = box.replace(/-\d$/, '');
    const first = service.split('-')[0] ?? service;
    const kind = KINDS[first] ?? first;
    const quota = kind in QUOTAS ? (QUOTAS[kind] ?? null) : 0.1;
    const busy = kind === full || first === full ? 0.995 : 0.18 + ((index * 37) % 50) / 100;
    const cores = (quota ?? 0.02) * busy * used;
    return { box, service, kind, cores, quota, share: quota === null ? null : busy * used, throttled: 0, cpuMicros: cores * 1e7, memoryBytes: 7e7 };
  }); // biome-ignore format: a line a record
}

function stepOf(stage: number, { scenario, rps, sooner }: Imagined, provenance: Provenance): Step {
  const shared = { stage, previous: stage - 1, scenario, valid: true, why: [], seconds: 61, provenance };
  const [before, now] = rps;
  if (sooner !== undefined) {
    const p50 = { ratio: sooner, interval: [sooner * 0.8, sooner * 1.25] } as const;
    const latency = { rate: 50, previous: { p50Ms: 3.1 * sooner, p95Ms: 121, answers: 2000 }, this: { p50Ms: 3.1, p95Ms: 22, answers: 2000 }, home: null };
    return { gain: 'latency', comparison: { ...shared, from: 'eu', latency, gain: { p50, p95: { ratio: 5.5, interval: [3.1, 7.9] } }, boots: [sooner] } };
  }
  const ratio = now / before;
  const capacity = { previous: { rps: before }, this: { rps: now }, ratio, interval: [ratio * 0.95, ratio * 1.05] as const, boots: [ratio] };
  const at = { p50Ms: 5.8, p95Ms: 15.4, within: 1 };
  const rates = { previous: at, this: at, rate: before * 0.65, sloMs: 200 };
  const atLimit = { previous: { p50Ms: 51, p95Ms: 122, users: 3 }, this: { p50Ms: 42, p95Ms: 173, users: 8 } };
  const nothing = { previous: null, this: null };
  return { gain: 'capacity', comparison: { ...shared, capacity, latency: rates, overload: rates, atLimit, saturated: nothing, saturatedShare: nothing, cpuMicrosPerRequest: { previous: {}, this: {} } } };
} // biome-ignore format: a line a record

function drillOf(stage: number, { boxes, dies }: Imagined, provenance: Provenance): Drill {
  const effects = boxes.split(' ').map((box) => effectOf(box, dies[box] ?? [], box.startsWith('lb-')));
  const singlePointsOfFailure = effects.map((effect) => ({ box: effect.box, of: hangsOn(effect) })).filter(({ of }) => of.length > 0);
  return { stage, scenario: 'mixed', rate: 20, downSeconds: 4, fault: 'kill', verdict: 'holds', faults: [], why: [], boxes: effects, singlePointsOfFailure, requests: 900, failed: 90, verification: null, provenance };
} // biome-ignore format: a line a record

function effectOf(box: string, dead: readonly Group[], some: boolean): Drilled {
  const groups: Partial<Record<Group, GroupEffect>> = {};
  for (const group of GROUPS.slice(0, 2)) {
    const needsTheBox = dead.includes(group);
    const failed = needsTheBox ? 41 : some ? 4 : 0;
    groups[group] = { sent: 79, failed, firstFailedMs: failed > 0 ? 52 : null, lastFailedMs: failed > 0 ? 4052 : null, needsTheBox };
  }
  const failed = (groups.reads?.failed ?? 0) + (groups.writes?.failed ?? 0);
  const any = failed > 0;
  return { box, downMs: 4000, readyMs: 240, rightAgainMs: any ? (some ? 0 : 310) : null, sent: 158, failed, firstFailedMs: any ? 52 : null, lastFailedMs: any ? (some ? 980 : 4052) : null, groups, failedRequests: {}, failures: {}, p95Ms: { before: 17, down: null }, slowestMs: any ? 3.1 : 1020, notExercised: null };
} // biome-ignore format: a line a record

function syntheticProvenance({ scenario, boxes }: Imagined): Provenance {
  return {
    runtime: 'native',
    limiter: 'cgroup-v2',
    machine: '2 × Imagined CPU, 16.0 GiB, linux 6.18',
    commit: '0123456789ab',
    startedAt: '2026-11-22T09:30:00.000Z',
    k6: '1.8.1',
    quotas: Object.fromEntries(boxes.split(' ').map((box) => [box, 0.12])),
    scenario,
    load: '1 to 20 users',
    durationSeconds: 49,
    conditions: ['warmed up', 'spinner'],
  };
}
