import { Failure } from '@scaling/cli/failure';
import type { ComposeFile, ComposeService } from '@scaling/cli/stage/compose-service';
import { KINDS, type KindName } from './kinds.ts';

/** A service of a stage's compose.yaml that becomes something. */
export interface Box {
  readonly name: string;
  readonly kind: KindName;
  /** By the name that the stage gives it. */
  readonly region: string;
  readonly service: ComposeService;
}

/**
 * The boxes of a stage. What makes the load is none, and a box without a region stands in the home region.
 *
 * @throws Failure naming the box whose kind nothing here is made of.
 */
export function boxesOf(file: Pick<ComposeFile, 'services'>, home: string): Box[] {
  return Object.values(file.services).flatMap((service): Box[] => {
    const kind = service.labels['scaling.kind'] ?? service.name;
    if (kind === 'load') return [];
    if (!isKind(kind))
      throw new Failure(`Nothing says what a box of the kind "${kind}" becomes: ${service.name}.`, {
        where: service.where,
        next: `Write a construct for it in infra/src/boxes, and list it there and in infra/src/stage/kinds.ts. Known: ${Object.keys(KINDS).join(', ')}.`,
      });
    return [{ name: service.name, kind, region: service.labels['scaling.region'] ?? home, service }];
  });
}

function isKind(name: string): name is KindName {
  return name in KINDS;
}
