import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Colours at a terminal only, and not where NO_COLOR is set (https://no-color.org): never in a file, a pipe or a lesson. */
export function colour(format: Format, text: string): string {
  const wanted = process.stdout.isTTY === true && process.stderr.isTTY === true && !process.env.NO_COLOR;
  return wanted ? styleText(format, text) : text;
}
