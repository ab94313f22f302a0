import { composeFiles } from './compose-files.ts';
import { figures } from './figures.ts';
import { lessons } from './lessons.ts';
import { links } from './links.ts';
import { presets } from './presets.ts';
import { prices } from './prices.ts';
import { promises } from './promises.ts';
import { readmeTable } from './readme-table.ts';
import type { Rule } from './rule.ts';
import { smallFiles } from './small-files.ts';
import { workflows } from './workflows.ts';

const RULES: readonly Rule[] = [
  composeFiles,
  lessons,
  readmeTable,
  figures,
  links,
  smallFiles,
  presets,
  prices,
  promises,
  workflows,
];

let broken = 0;
for (const rule of RULES) {
  const findings = await rule.find();
  broken += findings.length;
  for (const { where, what } of findings) process.stderr.write(`${where}: ${what} (${rule.name})\n`);
}
process.stdout.write(
  broken === 0 ? `${RULES.length} rules hold\n` : `${broken} places break a rule of the project\n`,
);
process.exitCode = broken === 0 ? 0 : 1;
