import type { StageFacts } from '../stage/compose-service.ts';
import { colour } from './colour.ts';

/** Of a verb and its argument. */
const WIDTH = 'load mixed'.length;

/** What the stage is about, and where its lesson goes on. */
export function renderNext(stage: number, facts: StageFacts): string {
  return [
    `${colour('bold', `Stage ${stage}: ${facts.title}`)} (${facts.users} users)`,
    `  bottleneck  ${facts.bottleneck}`,
    `  cure        ${facts.cure}`,
    '',
    'Next',
    `  pnpm stage ${stage} ${'up'.padEnd(WIDTH)}  keep it running, open the shop in a browser`,
    `  pnpm stage ${stage} ${`load ${facts.scenario}`.padEnd(WIDTH)}  put load on it yourself`,
    ...(stage > 1
      ? [`  pnpm stage ${stage} ${'diff'.padEnd(WIDTH)}  what changed since stage ${stage - 1}`]
      : []),
    '',
  ].join('\n');
}
