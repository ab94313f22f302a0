import { join } from 'node:path';
import { slotEnvironment } from '../runtime/native/addresses.ts';
import type { StackState } from '../runtime/runtime.ts';
import { readAddition } from './compose-file.ts';
import type { ComposeFile } from './compose-service.ts';
import { ROOT } from './stages.ts';

/** What `up --observe` adds to every stage's file. */
export const OBSERVE_FILE = join(ROOT, 'stages/observe/compose.yaml');

/** Kind of the boxes that look at the others. */
const OBSERVER = 'observer';

/** Where a person looks at an observed stack. */
export interface Lookouts {
  readonly prometheus: string;
  /** null natively: there is none to be had as a package. */
  readonly grafana: string | null;
}

/** A stage's file with what observes it. `environment` takes part in the interpolation, as it did in the stage's. */
export async function withObservers(
  file: ComposeFile,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ComposeFile> {
  const added = await readAddition(OBSERVE_FILE, { ...environment, COMPOSE_PROJECT_NAME: file.name });
  return {
    ...file,
    services: { ...file.services, ...added.services },
    volumes: [...file.volumes, ...added.volumes],
  };
}

/** The published addresses of what observes this running stack. */
export async function lookouts(file: ComposeFile, { stage, slot, runtime }: StackState): Promise<Lookouts> {
  const { services } = await withObservers(file, slotEnvironment(stage, slot));
  const address = (name: string): string => `http://localhost:${services[name]?.ports[0]?.published}`;
  return { prometheus: address('prometheus'), grafana: runtime === 'compose' ? address('grafana') : null };
}

/** Is somebody looking at these boxes, who costs them time? */
export function isObserved({ boxes }: Pick<StackState, 'boxes'>): boolean {
  return boxes.some(({ kind }) => kind === OBSERVER);
}
