import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../stage/stages.ts';
import { checked, readData } from './read-data.ts';

/** Relative to the checkout. */
export const TRAFFIC = 'stages/traffic.yaml';

const SECONDS_PER_DAY = 86_400;

const assumption = z.strictObject({ value: z.number().positive(), why: z.string().min(1) });
const share = z.strictObject({ value: z.number().positive().max(1), why: z.string().min(1) });

const traffic = z.strictObject({
  users: z.array(z.number().int().positive()).min(1),
  assumptions: z.strictObject({
    requestsPerUserPerDay: assumption,
    peakFactor: z.strictObject({ value: z.number().min(1), why: z.string().min(1) }),
    targetUtilisation: share,
    sloMs: assumption,
    kilobytesOutPerRequest: assumption,
    kilobytesCrossingPerRequest: assumption,
    requestsPerConnection: assumption,
    mailsPerRequest: share,
    lookupsPerUserPerDay: assumption,
  }),
});

/** What a number of users means in requests: a model whose every figure says why. */
export type Traffic = z.infer<typeof traffic>;

/** @throws Failure naming what is missing or out of range. */
export async function readTraffic(path = join(ROOT, TRAFFIC)): Promise<Traffic> {
  return readData(path, traffic);
}

/** The same for figures that were read already. */
export function parseTraffic(data: unknown): Traffic {
  return checked(data, traffic, TRAFFIC);
}

/** Requests per second, over a day and in its busiest hour. */
export interface Load {
  readonly users: number;
  readonly meanRps: number;
  readonly peakRps: number;
}

/** peak requests/s = users × requests per day ÷ 86,400 × peak factor. */
export function loadOf(users: number, { assumptions }: Traffic): Load {
  const meanRps = (users * assumptions.requestsPerUserPerDay.value) / SECONDS_PER_DAY;
  return { users, meanRps, peakRps: meanRps * assumptions.peakFactor.value };
}
