import { type Resource, resourcesIn } from '../src/cost/resources.ts';
import { type Plan, plansOf } from '../src/synth/plans.ts';
import { synthesise } from '../src/synth/synthesise.ts';

/** A stack as Terraform would read it. */
export interface Stack {
  readonly plan: Plan;
  readonly name: string;
  readonly text: string;
  readonly resources: readonly Resource[];
  /** What each box became. */
  readonly boxes: Readonly<Record<string, readonly string[]>>;
  of(type: string): Resource[];
}

/** Nine stages in three environments. */
export const STACKS: readonly Stack[] = (await plansOf({ stages: [], environments: [] })).map((plan) => {
  const { name, text } = synthesise(plan);
  const resources = resourcesIn(text);
  const { output } = JSON.parse(text) as { output: { boxes: { value: Stack['boxes'] } } };
  return {
    plan,
    name,
    text,
    resources,
    boxes: output.boxes.value,
    of: (type) => resources.filter((each) => each.type === type),
  };
});

/** `prod-7` */
export function stack(name: string): Stack {
  const found = STACKS.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no stack ${name}`);
  return found;
}
