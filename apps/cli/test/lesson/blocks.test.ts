import { expect, it } from 'vitest';
import { blocksOf, withOutputs } from '../../src/lesson/blocks.ts';

const LESSON = `# A lesson

<!-- run -->
\`\`\`console
$ pnpm stage 4 ps
old
\`\`\`

It means this.

<!-- run -->
\`\`\`console
$ pnpm stage 4 down
\`\`\`
`;

it('puts what commands print under them, and leaves the words alone', () => {
  const recorded = withOutputs(LESSON, ['one\ntwo\n', 'gone\n']);
  expect(blocksOf(recorded)).toEqual([
    { command: 'pnpm stage 4 ps', output: 'one\ntwo\n' },
    { command: 'pnpm stage 4 down', output: 'gone\n' },
  ]);
  expect(recorded).toContain('It means this.');
});

it('leaves a block empty whose command was void', () => {
  const recorded = withOutputs(LESSON, ['', 'gone\n']);
  expect(blocksOf(recorded)[0]).toEqual({ command: 'pnpm stage 4 ps', output: '' });
  expect(recorded).toContain('$ pnpm stage 4 ps\n```');
});
