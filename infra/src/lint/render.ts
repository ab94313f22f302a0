import { EXCEPTIONS } from './exceptions.ts';
import type { Linted } from './lint.ts';

/** A line for each thing that is wrong, then a sum. `all`: an exception that nothing needed is wrong, too. */
export function renderLint({ findings, unneeded, excepted, passed, stacks }: Linted, all: boolean): string {
  return [
    ...findings.map(({ tool, check, stack, where, what }) => `${stack} ${where}: ${what} (${tool} ${check})`),
    ...(all
      ? unneeded.map(
          ({ check, where = 'anywhere', stacks: which = 'any stack' }) =>
            `${EXCEPTIONS}: nothing needs the exception from ${check} (${where}, ${which}) any more: remove it`,
        )
      : []),
    `${stacks} stacks: ${passed} checks of checkov hold, ${findings.length} findings, ${excepted} excepted with a reason (${EXCEPTIONS})`,
    '',
  ].join('\n');
}
