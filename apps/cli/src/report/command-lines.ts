/**
 * Commands to type next, a line each, with what they are for in a column beside them. `gap`: blanks between the columns,
 * after the longest command.
 */
export function commandLines(
  stage: number,
  commands: readonly (readonly [command: string, what: string])[],
  gap: number,
): string[] {
  const width = Math.max(...commands.map(([command]) => command.length)) + gap;
  return commands.map(([command, what]) => `pnpm stage ${stage} ${command.padEnd(width)}${what}`.trimEnd());
}
