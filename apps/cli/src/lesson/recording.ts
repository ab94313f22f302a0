import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../stage/stages.ts';

/** What the commands of a lesson printed when they were run for it: the source of every figure in the lesson. */
export interface Recording {
  readonly page: string;
  readonly recordedAt: string;
  readonly commit: string;
  readonly runs: readonly RecordedRun[];
}

export interface RecordedRun {
  readonly command: string;
  readonly code: number;
  /** Empty: void, or it prints nothing. */
  readonly output: string;
  /** Of one that was recorded later than the others. */
  readonly recordedAt?: string;
  readonly commit?: string;
}

/** `docs/results/4-read-replicas.json` */
function recordingPath(page: string): string {
  return join(ROOT, 'docs', 'results', `${page}.json`);
}

/** null when the lesson was never recorded. */
export async function readRecording(page: string): Promise<Recording | null> {
  const path = recordingPath(page);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Recording) : null;
}

export async function writeRecording(page: string, recording: Recording): Promise<void> {
  await mkdir(join(ROOT, 'docs', 'results'), { recursive: true });
  await writeFile(recordingPath(page), `${JSON.stringify(recording, null, 2)}\n`);
}
