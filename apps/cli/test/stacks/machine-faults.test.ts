import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../src/stage/stages.ts';
import { runStage } from '../main/run-stage.ts';
import { leftovers } from './leftovers.ts';

/** Not the one of hosted-database.test.ts, which may run at the same time. */
const STAGE = 3;
const UP = [String(STAGE), 'up', '--runtime', 'native'] as const;
const DOWN = [String(STAGE), 'down', '--runtime', 'native'] as const;
const program = join(ROOT, 'apps/cli/bin/stage.mjs');
const asRoot = process.getuid?.() === 0;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'a machine '));
});
afterEach(async () => {
  await runStage(DOWN);
  await rm(folder, { recursive: true, force: true });
});

describe('a machine that will not do', () => {
  it('forbids namespaces: says how to allow them', async () => {
    const programs = join(folder, 'bin');
    await mkdir(programs);
    await writeFile(
      join(programs, 'unshare'),
      '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2; exit 1\n',
    );
    await chmod(join(programs, 'unshare'), 0o755);
    const said = await runStage(UP, {
      env: { PATH: `${programs}:${process.env.PATH}` },
    });
    expect(said.code).toBe(2);
    expect(said.stderr).toContain('Operation not permitted');
    expect(leftovers(STAGE, 0)).toEqual([]);
  });

  // Mounting a small disk takes root.
  it.runIf(asRoot)('has a full disk: says so, and leaves nothing', async () => {
    const disk = join(folder, 'small disk');
    await mkdir(disk);
    const script = 'mount -t tmpfs -o size=12m none "$0" && SCALING_STACKS="$0" exec "$@"';
    const said = await execa(
      'unshare',
      ['--mount', 'sh', '-c', script, disk, process.execPath, program, ...UP],
      {
        reject: false,
        timeout: 60_000,
      },
    );
    expect(said.exitCode).toBe(2);
    expect(said.stderr).toMatch(/disk is full|No space left on device/);
    expect(said.stderr).toContain('Free some space');
    expect(leftovers(STAGE, 0)).toEqual([]);
  });

  it('keeps its checkout in a path with spaces', async () => {
    const env = { SCALING_STACKS: join(folder, 'stacks with spaces') };
    const up = await runStage([...UP, '--json'], { env });
    expect(up.stderr).not.toContain('defect');
    expect(JSON.parse(up.stdout)).toMatchObject({
      stage: STAGE,
      runtime: 'native',
      site: `http://localhost:800${STAGE}`,
    });
    const page = await fetch(`http://localhost:800${STAGE}/`);
    expect(await page.text()).toContain('<html');
    const down = await runStage([...DOWN, '--json'], { env });
    expect(JSON.parse(down.stdout)).toMatchObject({ ran: true });
  });
});

describe('Ctrl-C at the terminal', () => {
  it('while a stage starts: it is taken down, exit 2', async () => {
    const up = execa(process.execPath, [program, ...UP], {
      reject: false,
      timeout: 60_000,
    });
    setTimeout(() => up.kill('SIGINT'), 900);
    const said = await up;
    if (said.exitCode !== 0) {
      expect(said.exitCode).toBe(2);
      expect(said.stderr).toContain('Stopped by SIGINT');
      expect(leftovers(STAGE, 0)).toEqual([]);
    }
  });
});
