import { join } from 'node:path';
import { Failure } from '../../../failure.ts';
import type { Kind, LaunchInputs } from './kind.ts';

/** The shop's own image: one bundled file per app, run by this machine's Node. */
export const shop: Kind = {
  images: ['scaling/tickets'],
  parts: [],
  launch: (inputs) => {
    const environment = inOwnFolder(inputs);
    return {
      argv: nodeCommand(inputs.service.command, inputs.service.where),
      cwd: inputs.apps,
      environment,
      prepare: [...new Set(Object.values(environment))].map((data) => ({ do: 'own-folder', data })),
    };
  },
};

/** What names the place of a volume in the container, names the box's own folder here. */
function inOwnFolder({ service, environment, folder, name }: LaunchInputs): Record<string, string> {
  const volumes = service.volumes.filter(({ type }) => type === 'volume');
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) =>
      volumes.some(({ target }) => target === value) ? [[key, join(folder, 'data', name)]] : [],
    ),
  );
}

/** A `command: [node, …]` with the Node that runs this. */
export function nodeCommand(command: readonly string[] | null, where: string): string[] {
  const [node, ...rest] = command ?? [];
  if (node !== 'node' || rest.length === 0)
    throw new Failure('A box of the shop needs a command [node, FILE].', { where });
  return [process.execPath, ...rest];
}
