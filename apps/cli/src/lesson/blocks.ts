/** A command in a lesson and the output under it, as it was when it was last recorded. */
export interface LessonBlock {
  readonly command: string;
  readonly output: string;
}

/**
 * A lesson shows a command and its real output like this; the output is written by `pnpm stage N lesson --record`:
 *
 *     <!-- run -->
 *     ```console
 *     $ pnpm stage 4 ps
 *     …
 *     ```
 */
const BLOCK = /<!-- run -->\n```console\n\$ (.+)\n([\s\S]*?)```/g;

/** The commands of a lesson with their outputs, in order. */
export function blocksOf(lesson: string): LessonBlock[] {
  return [...lesson.matchAll(BLOCK)].map(([, command = '', output = '']) => ({ command, output }));
}

/** The lesson with other outputs under its commands, given in their order. */
export function withOutputs(lesson: string, outputs: readonly string[]): string {
  let at = 0;
  return lesson.replace(BLOCK, (_, command: string) => {
    const output = outputs[at++] ?? '';
    return `<!-- run -->\n\`\`\`console\n$ ${command}\n${output === '' || output.endsWith('\n') ? output : `${output}\n`}\`\`\``;
  });
}
