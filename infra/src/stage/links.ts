import type { ComposeFile } from '@scaling/cli/stage/compose-service';
import type { Box } from './box.ts';
import { kindOf } from './kinds.ts';
import { referencesIn } from './references.ts';

/** One box reaches another. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/**
 * Who reaches whom, as compose.yaml has it: what a box's environment names, and what it depends on besides. A link's own
 * ways are those of the boxes that go through it.
 */
export function linksOf(boxes: readonly Box[], file: Pick<ComposeFile, 'name' | 'services'>): Link[] {
  const kinds = new Map(boxes.map(({ name, kind }) => [name, kind]));
  const known = (name: string): boolean => kinds.has(name) && kinds.get(name) !== 'link';
  const found = boxes
    .filter(({ kind }) => kind !== 'link')
    .flatMap(({ name, service }): Link[] => {
      const named = Object.values(service.environment).flatMap((value) => referencesIn(value, file));
      const links = named.map(({ service: to, port }) => ({
        from: name,
        to,
        port: port ?? portOf(kinds, to),
      }));
      const dependent = Object.keys(service.dependsOn)
        .filter((to) => !links.some((link) => link.to === to))
        .map((to) => ({ from: name, to, port: portOf(kinds, to) }));
      return [...links, ...dependent].filter(({ to }) => to !== name && known(to));
    });
  return distinct(found);
}

function portOf(kinds: ReadonlyMap<string, Box['kind']>, name: string): number {
  const kind = kinds.get(name);
  return kind === undefined ? 0 : kindOf(kind).port;
}

function distinct(links: readonly Link[]): Link[] {
  return [...new Map(links.map((link) => [`${link.from} ${link.to} ${link.port}`, link])).values()];
}
