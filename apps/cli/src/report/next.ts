import type { StageFacts } from '../stage/compose-service.ts';
import { colour } from './colour.ts';

/** What the stage is about, and where its lesson goes on. */
export function renderNext(stage: number, facts: StageFacts): string {
  const load = `load ${facts.scenario}`;
  return [
    `${colour('bold', `Stage ${stage}: ${facts.title}`)} (${facts.users} users)`,
    `  bottleneck  ${facts.bottleneck}`,
    `  cure        ${facts.cure}`,
    '',
    'Next',
    `  pnpm stage ${stage} ${'up'.padEnd(load.length)}  keep it running, open the shop in a browser`,
    `  pnpm stage ${stage} ${load}  put load on it yourself`,
    ...(stage > 1
      ? [`  pnpm stage ${stage} ${'diff'.padEnd(load.length)}  what changed since stage ${stage - 1}`]
      : []),
    '',
  ].join('\n');
}
