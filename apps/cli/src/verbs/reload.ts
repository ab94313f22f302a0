import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { reloadBalancer } from '../measure/reload-balancer.ts';
import { askClones } from '../stage/clones.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'start every app anew, one after another, and let the load balancer read its configuration again: no request fails',
  needsStage: true,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const steps: { box: string; tookMs: number }[] = [];
  const step = async (box: string, work: () => Promise<unknown>): Promise<void> => {
    const startedAt = Date.now();
    await work();
    const tookMs = Date.now() - startedAt;
    steps.push({ box, tookMs });
    context.stderr(`${box} reloaded in ${(tookMs / 1000).toFixed(2)} s\n`);
  };
  for (const box of state.boxes) {
    if (box.kind === 'single') await step(box.name, () => askClones(runtime, state, ['reload']));
    if (box.kind === 'app') await step(box.name, () => runtime.restart(id, box.name));
    if (box.kind === 'lb') await step(box.name, () => reloadBalancer(runtime, id, box.name));
  }
  if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, reloaded: steps })}\n`);
  return EXIT.holds;
}
