import Table from 'cli-table3';
import { colour } from './colour.ts';
import { head, PLAIN } from './table.ts';

interface StageRow {
  readonly stage: number;
  readonly title: string;
  readonly users: string;
  readonly bottleneck: string;
  readonly cure: string;
  readonly running: boolean;
  readonly site: string | null;
}

/** What `pnpm stage` alone shows: the journey, and where one stands. */
export function renderStages(stages: readonly StageRow[]): string {
  const table = new Table({
    ...PLAIN,
    ...head('', 'stage', 'users', 'what limits before', 'what it does about it', 'site'),
  });
  for (const row of stages) {
    const state = row.running ? colour('green', '●') : colour('dim', '○');
    table.push([state, `${row.stage}  ${row.title}`, row.users, row.bottleneck, row.cure, row.site ?? '']);
  }
  return `${table}\n\nStart one: \`pnpm stage 4 up\` · see what it brings: \`pnpm stage 4 demo\` · all verbs: \`pnpm stage --help\`\n`;
}
