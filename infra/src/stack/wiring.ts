import type { ComposeFile } from '@scaling/cli/stage/compose-service';
import type { Box } from '../stage/box.ts';
import { referencesIn } from '../stage/references.ts';
import type { Platform } from './platform.ts';

/** A box's environment as its task has it. */
export interface Wiring {
  readonly environment: Readonly<Record<string, string>>;
  /** By variable: where its value lies. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Means this very machine here, and does not at the provider. */
const VISITORS = 'SITE_URL';
const ITSELF = '127.0.0.1';

/** The environment that compose.yaml gives a box, with what its neighbours became in place of their names. */
export function wiringOf(box: Box, platform: Platform): Wiring {
  const { blueprint, host, secrets, sites } = platform;
  const environment: Record<string, string> = {};
  const hidden: Record<string, string> = {};
  const site = sites.get(box.region);
  const file = asFile(blueprint);
  let needsPassword = false;
  for (const [name, value] of Object.entries(box.service.environment)) {
    let text: string | null = name === VISITORS ? `https://${host}` : value;
    for (const reference of name === VISITORS ? [] : referencesIn(value, file)) {
      if (reference.service === box.name) {
        text =
          text?.replace(reference.text, `${reference.scheme}://tickets@${ITSELF}:${reference.port}`) ?? null;
        continue;
      }
      const reached = platform.made.get(reference.service)?.reach?.(reference, box) ?? { as: 'nothing' };
      if (reached.as === 'text') {
        text = text?.replace(reference.text, reached.value) ?? null;
        if (reached.needsPassword === true) needsPassword = true;
        Object.assign(environment, reached.also);
      } else text = null;
      if (reached.as === 'secret') hidden[name] = reached.arn;
    }
    if (text !== null) environment[name] = text;
  }
  if (needsPassword && site !== undefined) {
    hidden.PGPASSWORD = secrets.arnIn(site, secrets.database().arn);
    environment.PGSSLMODE = 'verify-full';
  }
  return { environment, secrets: hidden };
}

function asFile({ project, boxes }: Platform['blueprint']): Pick<ComposeFile, 'name' | 'services'> {
  return { name: project, services: Object.fromEntries(boxes.map(({ name, service }) => [name, service])) };
}
