import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { STACKS } from '../../stage/stages.ts';
import { writeWhole } from '../../write-whole.ts';
import { projectName } from '../native/addresses.ts';
import type { StackId } from '../runtime.ts';

/** What a running stack is remembered by between two commands: the engine does not keep it. */
export interface StackRecord {
  readonly startedAt: string;
  readonly readyMs: number;
  /** Variables and instances asked for at `up`: later commands read the file in the same way. */
  readonly environment: Readonly<Record<string, string>>;
  readonly scale: Readonly<Record<string, number>>;
  /** Prometheus and Grafana run beside the stage's boxes. */
  readonly observe?: boolean;
  /** Quotas by kind that differ from the file's. */
  readonly cpus: Readonly<Record<string, number>>;
}

/** `<checkout>/.stacks/compose/<project>`: the record and what `up` made for Compose to read. */
export function stackFolder(id: StackId): string {
  return join(STACKS, 'compose', projectName(id.stage, id.slot));
}

/** A command may be killed while it writes, and another one may read meanwhile. */
export async function writeRecord(id: StackId, record: StackRecord): Promise<void> {
  await writeWhole(join(stackFolder(id), 'stack.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** null: this checkout did not start it (someone may have, by `docker compose up`). */
export async function readRecord(id: StackId): Promise<StackRecord | null> {
  const text = await readFile(join(stackFolder(id), 'stack.json'), 'utf8').catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      throw cause;
    },
  );
  return text === null ? null : (JSON.parse(text) as StackRecord);
}

export async function removeRecord(id: StackId): Promise<void> {
  await rm(stackFolder(id), { recursive: true, force: true });
}
