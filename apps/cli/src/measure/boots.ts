import type { Recipe } from './comparison.ts';

/** Two boots whose ratios are further apart than this get another. */
const BOOTS_DIFFER = 0.08;
/** Of three boots, the median counts. */
const MOST_BOOTS = 3;

export interface BootsRequest<Boot> {
  readonly recipe: Pick<Recipe, 'boots' | 'mostBoots' | 'budgetSeconds'>;
  /** @param before the boots before it */
  readonly take: (before: readonly Boot[]) => Promise<Boot>;
  /** What is compared, of one boot. */
  readonly ratio: (boot: Boot) => number;
  /** A clock, in milliseconds. */
  readonly now?: () => number;
}

export interface Boots<Boot> {
  readonly counted: readonly [Boot, ...Boot[]];
  /** Why a boot was left out, of which another took the place. */
  readonly leftOut: readonly string[];
}

/**
 * As many boots as the recipe wants, another where two differ much, and one in the place of a void one: a machine that
 * stood still for a moment voids a boot, and need not void what the others found. What is void twice stays in, and voids the
 * whole. None is begun that would not end within the budget, if it takes as long as the last one did.
 */
export async function takeBoots<Boot extends { readonly why: readonly string[] }>(
  request: BootsRequest<Boot>,
): Promise<Boots<Boot>> {
  const { recipe, take, ratio, now = () => performance.now() } = request;
  const began = now();
  const most = recipe.mostBoots ?? MOST_BOOTS;
  const taken: Boot[] = [];
  for (;;) {
    const from = now();
    taken.push(await take([...taken]));
    const ended = now();
    if (taken.length < recipe.boots) continue;
    const fits = (ended - began + (ended - from)) / 1000 <= recipe.budgetSeconds;
    const valid = taken.filter(({ why }) => why.length === 0);
    const missing = recipe.boots - valid.length;
    const replaceable = missing === 1 && taken.length === recipe.boots;
    const another = missing > 0 ? replaceable : valid.length < most && differ(valid.map(ratio));
    if (another && fits) continue;
    const [first, ...others] = missing > 0 ? taken : valid;
    if (first === undefined) throw new RangeError('a recipe wants at least one boot');
    return { counted: [first, ...others], leftOut: missing > 0 ? [] : taken.flatMap(({ why }) => why) };
  }
}

function differ(ratios: readonly number[]): boolean {
  return Math.max(...ratios) / Math.min(...ratios) - 1 > BOOTS_DIFFER;
}

/** For provenance: how many boots count, and which did not, and why. */
export function bootConditions({ counted, leftOut }: Boots<unknown>): string[] {
  const count = `${counted.length} boot${counted.length === 1 ? '' : 's'}`;
  return leftOut.length === 0 ? [count] : [count, `a void boot left out (${leftOut.join('; ')})`];
}
