import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import type { Comparison } from '../measure/comparison.ts';
import { ROOT } from '../stage/stages.ts';
import type { JourneyStage } from './record.ts';
import { RECORD } from './record-journey.ts';

const AGAIN = '`pnpm stage all journey --record` measures all stages and writes it.';

/** What a forecast takes of a stage's record; a `JourneyStage` is one. */
export type MeasuredStage = Pick<
  JourneyStage,
  'stage' | 'name' | 'title' | 'scenario' | 'ladder' | 'valid' | 'why' | 'provenance'
> & {
  readonly step:
    | null
    | { readonly gain: 'latency' }
    | { readonly gain: 'capacity'; readonly comparison: Pick<Comparison, 'capacity'> };
};

const share = z.number().nullable();
const rps = z.object({ rps: z.number() });
const atUsers = z.object({
  rps: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  loads: z.array(
    z.object({
      box: z.string(),
      service: z.string(),
      kind: z.string(),
      cores: z.number(),
      quota: share,
      share,
      throttled: z.number(),
      cpuMicros: z.number(),
      memoryBytes: z.number(),
    }),
  ),
});
const measured = z.object({
  stage: z.number(),
  name: z.string(),
  title: z.string(),
  scenario: z.string(),
  step: z
    .discriminatedUnion('gain', [
      z.object({ gain: z.literal('latency') }),
      z.object({
        gain: z.literal('capacity'),
        comparison: z.object({
          capacity: z.object({
            previous: rps,
            this: rps,
            ratio: z.number(),
            interval: z.tuple([z.number(), z.number()]),
            boots: z.array(z.number()),
          }),
        }),
      }),
    ])
    .nullable(),
  ladder: z.array(z.object({ users: z.number(), previous: atUsers.nullable(), this: atUsers })),
  valid: z.boolean(),
  why: z.array(z.string()),
  provenance: z.object({
    runtime: z.enum(['native', 'compose']),
    limiter: z.enum(['cgroup-v2', 'cgroup-v1', 'docker', 'stop-and-go', 'none']),
    machine: z.string(),
    commit: z.string(),
    startedAt: z.string(),
    k6: z.string(),
    quotas: z.record(z.string(), share),
    scenario: z.string(),
    load: z.string(),
    durationSeconds: z.number(),
    conditions: z.array(z.string()),
  }),
});

/** @throws Failure when there is none, or it is not one. */
export async function readMeasuredStages(path = join(ROOT, RECORD)): Promise<readonly MeasuredStage[]> {
  if (!existsSync(path))
    throw new Failure('There is no recorded journey to forecast from.', { where: RECORD, next: AGAIN });
  const text = await readFile(path, 'utf8');
  return parseMeasuredStages(text);
}

/** @throws Failure naming the first place that is not as a record is. */
export function parseMeasuredStages(text: string): readonly MeasuredStage[] {
  try {
    return z.object({ stages: z.array(measured) }).parse(JSON.parse(text)).stages;
  } catch (cause) {
    const [issue] = cause instanceof z.ZodError ? cause.issues : [];
    const what = issue ? `${issue.path.join('.')}: ${issue.message}` : (cause as Error).message;
    throw new Failure(`The recorded journey cannot be read: ${what}.`, { where: RECORD, next: AGAIN, cause });
  }
}

/** @throws Failure when the record does not have it. */
export function measuredStage(stages: readonly MeasuredStage[], number: number): MeasuredStage {
  const found = stages.find(({ stage }) => stage === number);
  if (found !== undefined) return found;
  throw new Failure(`The recorded journey does not have stage ${number}.`, { where: RECORD, next: AGAIN });
}
