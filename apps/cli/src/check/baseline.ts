import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { partsOf } from '../stage/parts.ts';
import { findStage, ROOT } from '../stage/stages.ts';
import { writeWhole } from '../write-whole.ts';

const REFERENCE = join(ROOT, 'apps', 'tickets', 'src', 'reference', 'main.ts');

const amounts = z.record(z.string(), z.number().positive());
const figures = z.object({
  /** CPU per request of the stage's own boxes over that of the reference beside it. */
  cpuRatio: z.number().positive(),
  /** Answers at the limit over the reference's. */
  throughputRatio: z.number().positive(),
  /** The same, to the stage before under the same load; null: the first stage. */
  before: z.object({ cpuRatio: z.number().positive(), throughputRatio: z.number().positive() }).nullable(),
  boots: z.number().int().positive(),
});

const baseline = z.object({
  version: z.literal(1),
  stage: z.number().int(),
  scenario: z.string(),
  /** Checksum of the reference's program. */
  reference: z.string(),
  /** `3 × 0.12`, by service: what the stage was made of. */
  boxes: z.record(z.string(), z.string()),
  amount: z.object({ rates: amounts, users: amounts }),
  figures,
  /** For the reader; no verdict rests on these. */
  shown: z.object({
    p50Ms: z.number(),
    p95Ms: z.number(),
    rps: z.number(),
    cpuMicrosPerRequest: z.record(z.string(), z.number()),
  }),
  provenance: z.looseObject({
    machine: z.string(),
    commit: z.string(),
    runtime: z.string(),
    limiter: z.string(),
    startedAt: z.string(),
    quotas: z.record(z.string(), z.number().nullable()),
  }),
});

export type BaselineFigures = z.infer<typeof figures>;
/** `stages/N-name/baseline.json`: what carries over between boots and machines, because it is a ratio. */
export type Baseline = z.infer<typeof baseline>;

export async function baselinePath(stage: number): Promise<string> {
  return join((await findStage(stage)).folder, 'baseline.json');
}

/** Of the program that everything is held against: a baseline recorded with another one is worth nothing. */
export async function referenceChecksum(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(REFERENCE))
    .digest('hex')
    .slice(0, 16);
}

/** @throws Failure when there is none, or one that cannot be read or is not this stage's. */
export async function readBaseline(stage: number, file: ComposeFile): Promise<Baseline> {
  const where = await baselinePath(stage);
  const text = await readFile(where, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    const what = `Stage ${stage} has no baseline to be held against.`;
    throw new Failure(what, { where, next: recordIt(stage), cause });
  });
  const { scenario } = file.facts;
  return parseBaseline(text, {
    stage,
    scenario,
    reference: await referenceChecksum(),
    boxes: boxesOf(file),
    where,
  });
}

/** What a baseline must be of. */
export interface Expected extends Pick<Baseline, 'stage' | 'scenario' | 'reference' | 'boxes'> {
  readonly where: string;
}

/** @throws Failure when the text is no baseline, or one of something else. */
export function parseBaseline(text: string, expected: Expected): Baseline {
  const { stage, scenario, reference, boxes, where } = expected;
  const refuse = (what: string, cause?: unknown): never => {
    throw new Failure(what, { where, next: recordIt(stage), cause });
  };
  const found = parsed(text, refuse);
  if (found.stage !== stage) refuse(`This is the baseline of stage ${found.stage}, not of stage ${stage}.`);
  if (found.scenario !== scenario)
    refuse(
      `The baseline was measured with "${found.scenario}", the stage is now measured with "${scenario}".`,
    );
  if (found.reference !== reference)
    refuse('The baseline was measured beside another reference program than today’s.');
  const names = [...new Set([...Object.keys(found.boxes), ...Object.keys(boxes)])];
  const changed = names.filter((name) => found.boxes[name] !== boxes[name]);
  if (changed.length > 0)
    refuse(
      `The stage was made of other boxes when the baseline was measured: ${changed
        .map((name) => `${name} ${found.boxes[name] ?? 'none'}, now ${boxes[name] ?? 'none'}`)
        .join('; ')}.`,
    );
  return found;
}

/** How many boxes of each service, and their quotas in cores. */
export function boxesOf(file: Pick<ComposeFile, 'services'>): Baseline['boxes'] {
  return Object.fromEntries(
    partsOf(file).map(({ name, boxes, cores }) => [name, `${boxes} × ${cores ?? 'no quota'}`]),
  );
}

function parsed(text: string, refuse: (what: string, cause: unknown) => never): Baseline {
  try {
    return baseline.parse(JSON.parse(text));
  } catch (cause) {
    const what =
      cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : 'it is not JSON';
    return refuse(`The baseline of the stage cannot be read: ${what}.`, cause);
  }
}

function recordIt(stage: number): string {
  return `Record it on a quiet machine: \`pnpm stage ${stage} baseline\`.`;
}

/** Keeps a stage's baseline. Returns where it lies. */
export async function writeBaseline(content: Baseline): Promise<string> {
  const path = await baselinePath(content.stage);
  await writeWhole(path, `${JSON.stringify(baseline.parse(content), null, 2)}\n`);
  return path;
}
