import { existsSync } from 'node:fs';
import { getPriority, setPriority, tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runTool } from '../../src/parts/run-tool.ts';

const before = getPriority();
beforeEach(() => setPriority(12));
// Only root may take its priority back; each file of tests has a process of its own.
afterEach(() => {
  if (process.getuid?.() === 0) setPriority(before);
});

it.skipIf(!existsSync('/proc/self/autogroup'))(
  'a tool gives way to other sessions, too, where this process does',
  async () => {
    const said = await runTool('sh', ['-c', 'sleep 0.3; cat /proc/self/autogroup'], {
      cwd: tmpdir(),
      timeoutMs: 5000,
      signal: new AbortController().signal,
    });
    expect(said).toMatch(/ nice 12$/);
  },
);
