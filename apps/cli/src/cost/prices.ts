import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { ROOT } from '../stage/stages.ts';
import { checked, readData } from './read-data.ts';

/** Relative to the checkout. */
export const PRICES = 'stages/prices.yaml';

const price = z
  .number({ error: 'has no price' })
  .positive({ error: ({ input }) => `a price of ${input} is none` });
const source = z.string({ error: 'names no source' });
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'write the day as 2026-11-22');

/** What a managed service counts. Quantities of a month. */
const METERS = [
  'hour',
  'month',
  'region-month',
  'lcu-hour',
  'million-requests',
  'million-lookups',
  'gb-out',
  'gb-crossing',
  'mail',
] as const;

const rung = z.strictObject({
  type: z.string(),
  /** What it sustains all month, in vCPUs. */
  vcpus: z.number().positive(),
  memoryGib: z.number().positive(),
  usdPerHour: price,
  source,
});
const meter = z.strictObject({ meter: z.enum(METERS), usd: price, source });
const storage = z.strictObject({ gb: z.number().positive(), usdPerGbMonth: price, source });
const byInstance = z.strictObject({
  service: z.string(),
  ladder: z.string(),
  usesCores: z.number().positive().optional(),
  leastBoxes: z.number().int().positive().optional(),
  storage: storage.optional(),
});
const byUse = z.strictObject({ service: z.string(), meters: z.array(meter).min(1) });

const sources = z.record(
  z.string(),
  z.strictObject({
    address: z.url(),
    readFrom: z.url(),
    listed: z.union([day, z.literal('unknown')]),
    read: day,
  }),
);

const prices = z.strictObject({
  provider: z.string(),
  region: z.string(),
  currency: z.literal('USD'),
  date: day,
  hoursPerMonth: z.number().positive(),
  sources,
  ladders: z.record(z.string(), z.array(rung).min(1)),
  kinds: z.record(z.string(), z.union([byInstance, byUse], { error: 'has neither a ladder nor meters' })),
  internet: byUse,
  /** What stands all month once a stage is deployed, by unit: the estimates of stages do without. */
  deployed: z.strictObject({ units: z.record(z.string(), z.strictObject({ usd: price, source })), sources }),
});

export type Prices = z.infer<typeof prices>;
/** A box of that size for a month, with its disk. */
export interface Rung extends Pick<z.infer<typeof rung>, 'type' | 'vcpus' | 'memoryGib'> {
  readonly usdPerMonth: number;
}
export type Meter = (typeof METERS)[number];
export type ByInstance = z.infer<typeof byInstance>;
export type ByUse = z.infer<typeof byUse>;

/**
 * What each kind of box becomes at a provider, and what that costs.
 *
 * @throws Failure naming the entry for a price that is missing, zero or negative, or whose source is not named.
 */
export async function readPrices(path = join(ROOT, PRICES)): Promise<Prices> {
  return complete(await readData(path, prices));
}

/** The same for figures that were read already. */
export function parsePrices(data: unknown): Prices {
  return complete(checked(data, prices, PRICES));
}

/** @throws Failure when the file has no price for such a box. */
export function pricesOf(found: Prices, kind: string): ByInstance | ByUse {
  const entry = found.kinds[kind];
  if (entry !== undefined) return entry;
  throw new Failure(`There is no price for a box of the kind "${kind}".`, {
    where: PRICES,
    next: `Kinds there: ${Object.keys(found.kinds).join(', ')}.`,
  });
}

/** Small to large. */
export function ladderOf({ ladders, hoursPerMonth }: Prices, { ladder, storage: disk }: ByInstance): Rung[] {
  const usdOfDisk = disk === undefined ? 0 : disk.gb * disk.usdPerGbMonth;
  return (ladders[ladder] ?? []).map(({ type, vcpus, memoryGib, usdPerHour }) => ({
    type,
    vcpus,
    memoryGib,
    usdPerMonth: usdPerHour * hoursPerMonth + usdOfDisk,
  }));
}

/** Every source and ladder that is named is there, and ladders climb. */
function complete(found: Prices): Prices {
  const fail = (what: string): never => {
    throw new Failure(what, { where: PRICES, next: 'Mend these entries.' });
  };
  const known = (where: string, named: string, all = [found.sources]): void => {
    if (!all.some((sources) => named in sources)) fail(`${where}: there is no source "${named}"`);
  };
  for (const [name, rungs] of Object.entries(found.ladders))
    rungs.forEach((step, index) => {
      known(`${name}, ${step.type}`, step.source);
      const below = rungs[index - 1];
      if (below !== undefined && (below.vcpus > step.vcpus || below.usdPerHour >= step.usdPerHour))
        fail(`${name}: ${step.type} is no rung above ${below.type}`);
    });
  for (const [kind, entry] of [...Object.entries(found.kinds), ['internet', found.internet] as const]) {
    if ('meters' in entry) for (const { source: named } of entry.meters) known(kind, named);
    else if (!(entry.ladder in found.ladders)) fail(`${kind}: there is no ladder "${entry.ladder}"`);
    else if (entry.storage) known(kind, entry.storage.source);
  }
  const { units, sources: more } = found.deployed;
  for (const [unit, entry] of Object.entries(units)) known(unit, entry.source, [found.sources, more]);
  return found;
}
