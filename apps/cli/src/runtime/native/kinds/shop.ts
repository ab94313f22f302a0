import { Failure } from '../../../failure.ts';
import type { Kind } from './kind.ts';

/** The shop's own image: one bundled file per app, run by this machine's Node. */
export const shop: Kind = {
  images: ['scaling/tickets'],
  parts: [],
  launch: ({ service, apps }) => ({ argv: nodeCommand(service.command, service.where), cwd: apps }),
};

/** A `command: [node, …]` with the Node that runs this. */
export function nodeCommand(command: readonly string[] | null, where: string): string[] {
  const [node, ...rest] = command ?? [];
  if (node !== 'node' || rest.length === 0)
    throw new Failure('A box of the shop needs a command [node, FILE].', { where });
  return [process.execPath, ...rest];
}
