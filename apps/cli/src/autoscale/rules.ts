import { join } from 'node:path';
import { z } from 'zod';
import { checked, readData } from '../cost/read-data.ts';
import { ROOT } from '../stage/stages.ts';

/** Relative to the checkout. */
export const RULES = 'stages/scaling.yaml';

const share = z.number().gt(0, 'a share is above 0').max(1, 'a share is at most 1, such as 0.6');
const seconds = z.number().int().positive();
const count = z.number().int().min(1);

const scheduled = z
  .strictObject({
    name: z.string().min(1),
    from: z.iso.datetime({ offset: true, error: 'write a moment such as 2026-11-27T11:45:00+01:00' }),
    until: z.iso.datetime({ offset: true, error: 'write a moment such as 2026-11-27T14:00:00+01:00' }),
    boxes: count,
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
    message: 'ends before it begins: let `until` be later than `from`',
  });

const rules = z
  .strictObject({
    /** Whose boxes: the `scaling.kind` of services. */
    kind: z.literal('app'),
    figure: z.literal('cpu'),
    source: z.strictObject({ says: z.string().min(1), ours: z.string().min(1) }),
    /** One figure is the average over so many seconds. */
    period: seconds,
    above: z.strictObject({ average: share, periods: count, add: share, cooldown: seconds }),
    below: z.strictObject({
      average: share,
      periods: count,
      remove: share.lt(1, 'all of them cannot be removed'),
      cooldown: seconds,
    }),
    boxes: z.strictObject({ least: count, most: count }),
    scheduled: z.array(scheduled),
  })
  .superRefine((found, context) => {
    for (const { path, message } of contradictions(found))
      context.addIssue({ code: 'custom', path, message });
  });

/** When boxes are added and removed. Shares of 1, times in seconds. */
export type Rules = z.infer<typeof rules>;
export type ScheduledRule = Rules['scheduled'][number];

/** @throws Failure naming what is missing, out of range, or contradicts another rule. */
export async function readRules(path = join(ROOT, RULES)): Promise<Rules> {
  return readData(path, rules);
}

/** The same for rules that were read already. */
export function parseRules(data: unknown): Rules {
  return checked(data, rules, RULES);
}

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

function contradictions({ above, below, boxes, period, scheduled }: Rules): Contradiction[] {
  const names = scheduled.map(({ name }) => name);
  return [
    ...thresholds(above, below),
    ...(boxes.least > boxes.most
      ? [{ path: ['boxes'], message: `at least ${boxes.least} and at most ${boxes.most}: swap them` }]
      : []),
    ...Object.entries({ above, below }).flatMap(([name, { cooldown }]) =>
      cooldown < period
        ? [
            {
              path: [name, 'cooldown'],
              message: `${cooldown} s is shorter than the period of ${period} s: the next figure would still be of the boxes before the change`,
            },
          ]
        : [],
    ),
    ...scheduled.flatMap(({ name, boxes: wanted }, index): Contradiction[] => [
      ...(wanted < boxes.least || wanted > boxes.most
        ? [
            {
              path: ['scheduled', index, 'boxes'],
              message: `${wanted} boxes for "${name}": choose ${boxes.least} to ${boxes.most}, or move those limits`,
            },
          ]
        : []),
      ...(names.indexOf(name) < index
        ? [{ path: ['scheduled', index, 'name'], message: `there are two named "${name}"` }]
        : []),
    ]),
  ];
}

/** A change must not bring the average to where the other rule takes the change back: the boxes would come and go for ever. */
function thresholds(above: Rules['above'], below: Rules['below']): Contradiction[] {
  if (below.average >= above.average) {
    return [
      {
        path: ['below', 'average'],
        message: `${below.average} and above ${above.average} overlap: let the lower one be below ${above.average}`,
      },
    ];
  }
  const afterRemoving = below.average / (1 - below.remove);
  const afterAdding = above.average / (1 + above.add);
  return [
    ...(afterRemoving >= above.average
      ? [
          {
            path: ['below', 'average'],
            message: `what is left after boxes went would be at ${rounded(afterRemoving)}, where the other rule adds them again: lower it, or remove fewer`,
          },
        ]
      : []),
    ...(afterAdding <= below.average
      ? [
          {
            path: ['above', 'average'],
            message: `after boxes came they would be at ${rounded(afterAdding)}, where the other rule removes them again: raise it, or add fewer`,
          },
        ]
      : []),
  ];
}

function rounded(share: number): number {
  return Math.round(share * 100) / 100;
}
