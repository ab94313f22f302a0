import { join } from 'node:path';
import { checked, readData } from '@scaling/cli/cost/read-data';
import { ROOT } from '@scaling/cli/stage/stages';
import { z } from 'zod';
import { cidr } from '../network/cidr.ts';

/** Relative to the checkout. */
export const ENVIRONMENTS = 'infra/environments.yaml';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const MEMORY_OF: Readonly<Record<number, readonly [least: number, most: number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16_384],
  4096: [8192, 30_720],
};

const addresses = z.string().refine((text) => cidr(text) !== null, {
  error: ({ input }) => `${input} is no range of addresses: write it as 10.16.0.0/16, its last digits 0`,
});
const region = z.strictObject({ region: z.string(), addresses });
const task = z
  .strictObject({ cpu: z.number().int(), memory: z.number().int() })
  .refine(({ cpu, memory }) => within(MEMORY_OF[cpu], memory), {
    error:
      'Fargate has no task of this size: cpu 256, 512, 1024, 2048 or 4096, with two to eight times as much memory',
  });
const instance = z.strictObject({ type: z.string() });
const withDisk = instance.extend({ gib: z.number().int().min(20) });

const environment = z.strictObject({
  costCentre: z.string().min(1),
  domain: z.string().regex(/^[a-z\d-]+(\.[a-z\d-]+)+$/, 'write a domain such as dev.tickets.example'),
  state: z.strictObject({ bucket: z.string().regex(/^[a-z\d][a-z\d.-]{2,62}$/), region: z.string() }),
  /** By the name that stages give them, home first. */
  regions: z.record(z.string(), region).refine((found) => Object.keys(found).length > 0, 'names no region'),
  deletionProtection: z.boolean(),
  standby: z.boolean(),
  backupDays: z.number().int().min(1).max(35),
  logDays: z.number().int().positive(),
  visitors: z.enum(['nobody', 'as-measured']),
  sizes: z.strictObject({
    single: withDisk,
    app: task,
    worker: task,
    db: withDisk,
    replica: withDisk,
    cache: instance,
  }),
});

const environments = z.record(z.string().regex(/^[a-z]{2,10}$/), environment);

/** A place that a stage can be put to. */
export interface Environment extends z.infer<typeof environment> {
  readonly name: string;
}

/** @throws Failure naming each entry that is missing or out of range. */
export async function readEnvironments(path = join(ROOT, ENVIRONMENTS)): Promise<readonly Environment[]> {
  return named(await readData(path, environments));
}

/** The same for what was read already. */
export function parseEnvironments(data: unknown): readonly Environment[] {
  return named(checked(data, environments, ENVIRONMENTS));
}

function named(found: z.infer<typeof environments>): Environment[] {
  return Object.entries(found).map(([name, each]) => ({ name, ...each }));
}

function within(bounds: readonly [number, number] | undefined, value: number): boolean {
  return bounds !== undefined && value >= bounds[0] && value <= bounds[1] && value % 512 === 0;
}
