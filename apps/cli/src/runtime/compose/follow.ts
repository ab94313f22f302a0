import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../failure.ts';
import { oneOfSeveral } from '../one-of-several.ts';
import type { StackId } from '../runtime.ts';
import { boxesOf } from './containers.ts';
import { engineEnvironment } from './project.ts';
import { containerOf, stackOf } from './stack.ts';

/** In the database's volume, beside its data: `stages/postgres/database.sh` reads it at each start. */
const LEADER_FILE = '/var/lib/postgresql/leader';
const LIMIT_MS = 20_000;

/** Note in a database box's volume whom it follows from its next start on; the box may be down. */
export async function follow(id: StackId, box: string, leader: string | null): Promise<void> {
  const stack = await stackOf(id);
  oneOfSeveral(boxesOf(stack.project.file, stack.containers), box);
  const container = containerOf(stack, box);
  const folder = await mkdtemp(join(tmpdir(), 'scaling-leader-'));
  try {
    const file = join(folder, 'leader');
    await writeFile(file, `${leader ?? '-'}\n`, { mode: 0o644 });
    const copied = await execa('docker', ['cp', file, `${container.Id}:${LEADER_FILE}`], {
      env: engineEnvironment(),
      reject: false,
      timeout: LIMIT_MS,
      all: true,
    });
    if (copied.exitCode === 0) return;
    throw new Failure(
      `${box} could not be told whom to follow: ${copied.all?.trim() || 'no answer in time'}`,
      {
        where: box,
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
