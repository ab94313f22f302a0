/** A table of Markdown. Cells hold Markdown already, or text that `plain` went over. */
export function markdownTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(names), `|${names.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** Data as it may stand in a line or a cell: Markdown sees no markup and no new line in it. */
export function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]#|<>]/g, (character) => `\\${character}`).replaceAll(/\s*\n\s*/g, ' ');
}
