import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'long-answer.ts');

it('ends a process only when a busy reader has its whole answer, and then at once', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let read = 0;
  child.stdout.on('data', (data: Buffer) => {
    // Busy for longer than a command waits for its connections.
    if (read === 0) block(500);
    read += data.length;
  });
  const [code] = await once(child, 'close');
  expect([code, read]).toEqual([0, 3_000_000]);
}, 20_000);

function block(ms: number): void {
  for (const until = Date.now() + ms; Date.now() < until; );
}
