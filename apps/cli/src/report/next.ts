import type { StageFacts } from '../stage/compose-service.ts';
import { colour } from './colour.ts';
import { commandLines } from './command-lines.ts';

/** What the stage is about, and where its lesson goes on. */
export function renderNext(stage: number, facts: StageFacts): string {
  const commands = [
    ['up', 'keep it running, open the shop in a browser'],
    [`load ${facts.scenario}`, 'put load on it yourself'],
    ...(stage > 1 ? ([['diff', `what changed since stage ${stage - 1}`]] as const) : []),
  ] as const;
  return [
    `${colour('bold', `Stage ${stage}: ${facts.title}`)} (${facts.users} users)`,
    `  bottleneck  ${facts.bottleneck}`,
    `  cure        ${facts.cure}`,
    '',
    'Next',
    ...commandLines(stage, commands, 2).map((line) => `  ${line}`),
    '',
  ].join('\n');
}
