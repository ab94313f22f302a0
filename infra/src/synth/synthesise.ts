import { RootConstruct } from '../cdk.ts';
import { StageStack } from '../stack/stage-stack.ts';
import type { Plan } from './plans.ts';

/** Terraform's JSON of a stack. */
export interface Synthesised {
  /** `prod-7` */
  readonly name: string;
  readonly text: string;
}

/**
 * A plan as Terraform reads it: the same plan, the same bytes. Needs no credentials and no network, and knows nothing of the
 * machine that it is made on.
 */
export function synthesise(plan: Plan): Synthesised {
  // Not an App of cdktf's, which makes a folder where it is called.
  const stack = new StageStack(new RootConstruct(), plan.name, plan);
  stack.prepareStack();
  stack.runAllValidations();
  return { name: plan.name, text: `${JSON.stringify(sorted(stack.toTerraform()), null, 2)}\n` };
}

/** By name, and without what cdktf tells of itself. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
