import { type InstalledPart, type PartName, providePart } from '../../parts/index.ts';
import type { ComposeFile } from '../../stage/compose-service.ts';
import { withObservers } from '../../stage/observed.ts';
import { readStage } from '../../stage/stages.ts';
import { withCommands } from '../../stage/with-commands.ts';
import { withoutServices } from '../../stage/without.ts';
import { supervisorBundle } from '../program-bundle.ts';
import type { UpOptions } from '../runtime.ts';
import { slotEnvironment } from './addresses.ts';
import { appsBundle } from './apps-bundle.ts';
import { brokerTemplate } from './broker-template.ts';
import { partsNeeded } from './make-plan.ts';
import { databaseTemplate } from './template.ts';

/** Observers that are no process here: the supervisor answers for `boxes`, and for Grafana there is no package. */
export const ONLY_IN_COMPOSE = ['boxes', 'grafana'];

/** What a stack is started from. */
export interface Prepared {
  readonly file: ComposeFile;
  readonly parts: ReadonlyMap<PartName, InstalledPart>;
  readonly apps: string;
  readonly supervisor: string;
  /** Folders with a database and a broker that have been set up; empty: the stage has none. */
  readonly template: string;
  readonly broker: string;
}

/**
 * Fetch and build what a stage needs, and start nothing. What is in the cache already is not fetched again: a stack in a
 * network of its own is prepared before it enters that network, from which nothing can be fetched.
 *
 * @throws Failure when a part cannot be had.
 */
export async function prepare(stage: number, options: UpOptions): Promise<Prepared> {
  const note = (what: string): void => options.onProgress?.({ step: 'prepare', what });
  const environment = { ...slotEnvironment(stage, options.slot ?? 0), ...options.environment };
  const stageFile = withCommands(await readStage(stage, environment, options.root), options.commands ?? {});
  const whole = options.observe ? await withObservers(stageFile, environment) : stageFile;
  const file = withoutServices(whole, [...(options.without ?? []), ...ONLY_IN_COMPOSE]);
  const signal = options.signal ? { signal: options.signal } : {};
  const failed = new AbortController();
  const preparing = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  const [parts, apps, supervisor] = await Promise.all([
    provide(partsNeeded(file), note, preparing),
    appsBundle(options.root),
    supervisorBundle(),
  ]).catch((error: unknown) => {
    // One failed: a download or a compilation beside it is no use any more.
    failed.abort();
    throw error;
  });
  const postgres = parts.get('postgres');
  const template = postgres ? await databaseTemplate(postgres, apps, { onProgress: note, ...signal }) : '';
  const broker = parts.has('kafka') ? await brokerTemplate(parts, apps, { onProgress: note, ...signal }) : '';
  return { file, parts, apps, supervisor, template, broker };
}

async function provide(
  names: readonly PartName[],
  note: (what: string) => void,
  signal: AbortSignal | undefined,
): Promise<Map<PartName, InstalledPart>> {
  const found = await Promise.all(
    names.map(async (name) => {
      const part = await providePart(name, {
        onProgress: (text) => note(`${name}: ${text}`),
        ...(signal ? { signal } : {}),
      });
      return [name, part] as const;
    }),
  );
  return new Map(found);
}
