import { join } from 'node:path';
import { listStages, ROOT, type Stage } from '../stage/stages.ts';

/** A text with recorded commands: a stage's lesson, or the README. */
export interface Page {
  /** Names its recording: `4-read-replicas`, `README`. */
  readonly name: string;
  readonly path: string;
}

export const README: Page = { name: 'README', path: join(ROOT, 'README.md') };

export function lessonOf(stage: Stage): Page {
  return { name: stage.name, path: join(stage.folder, 'README.md') };
}

export async function allPages(): Promise<Page[]> {
  return [README, ...(await listStages()).map(lessonOf)];
}
