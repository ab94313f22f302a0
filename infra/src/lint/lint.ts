import type { Plan } from '../synth/plans.ts';
import { synthesise } from '../synth/synthesise.ts';
import { runCheckov } from './checkov.ts';
import { type Judged, judge, readExceptions } from './exceptions.ts';
import { runTflint } from './tflint.ts';
import type { Tools } from './tools.ts';

/** How linting went. */
export interface Linted extends Judged {
  readonly stacks: number;
  /** Checks of checkov that held. */
  readonly passed: number;
}

/** Both linters over what these plans become, held against the exceptions. */
export async function lint(plans: readonly Plan[], tools: Tools, signal: AbortSignal): Promise<Linted> {
  const stacks = plans.map(synthesise);
  const exceptions = await readExceptions();
  const [checkov, tflint] = await Promise.all([
    runCheckov(stacks, tools, signal),
    runTflint(stacks, tools, signal),
  ]);
  return {
    stacks: stacks.length,
    passed: checkov.passed,
    ...judge([...checkov.findings, ...tflint], exceptions),
  };
}
