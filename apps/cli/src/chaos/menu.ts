import type { Fault, FaultDriver } from '../runtime/runtime.ts';
import type { ComposeFile, ComposeService } from '../stage/compose-service.ts';
import { HOLDS_DATA } from '../stage/holds-data.ts';

/** Faults that `--faults` can choose from. */
export const FAULTS = [
  'kill',
  'pause',
  'partition',
  'lossy-link',
  'quota',
  'full-disk',
  'clock-step',
] as const satisfies readonly (Fault | 'kill')[];
export type FaultKind = (typeof FAULTS)[number];

export type OperationKind =
  | 'failover'
  | 'heal'
  | 'scale'
  | 'reload'
  | 'reshard'
  | 'rebalance'
  | 'flush'
  | 'purge'
  | 'cut'
  /** Stop boxes that hold data. */
  | 'drop-data';

export interface Scalable {
  readonly service: string;
  readonly count: number;
}

/** Everything that a schedule for one stage can choose from. */
export interface Menu {
  readonly boxes: readonly string[];
  /** Those that are databases. */
  readonly databases: readonly string[];
  /** Those that keep data on a disk. */
  readonly disks: readonly string[];
  /** Boxes that talk to each other, by what their compose file names. */
  readonly links: readonly (readonly [string, string])[];
  readonly faults: readonly FaultKind[];
  /** Faults that this stage or runtime cannot have, and why. */
  readonly skipped: readonly { readonly fault: FaultKind; readonly why: string }[];
  readonly operations: readonly OperationKind[];
  /** Services without data whose number of boxes can change. */
  readonly scalable: readonly Scalable[];
  readonly shards: number;
}

const STATELESS = ['app', 'worker'];

/** Works out what can be done to a stage. @param wanted the faults asked for */
export function menuOf(
  { services }: ComposeFile,
  { can }: Pick<FaultDriver, 'can'>,
  wanted: readonly FaultKind[] = FAULTS,
): Menu {
  const served = Object.values(services).filter((service) => kindOf(service) !== 'load');
  const boxes = served.flatMap(instancesOf);
  const links = linksOf(served);
  const skipped = wanted.flatMap((fault) => {
    const why = reasonAgainst(fault, links.length, can);
    return why === null ? [] : [{ fault, why }];
  });
  const kinds = new Set(served.map(kindOf));
  const databases = served.filter((service) => ['db', 'replica'].includes(kindOf(service)));
  const scalable = served
    .filter((service) => service.scalable && STATELESS.includes(kindOf(service)))
    .map(({ name, scale }) => ({ service: name, count: scale }));
  const shards = services.shard?.scale ?? 0;
  return {
    boxes,
    databases: databases.flatMap(instancesOf),
    disks: served.filter((service) => HOLDS_DATA.has(kindOf(service))).flatMap(instancesOf),
    links,
    faults: wanted.filter((fault) => skipped.every((each) => each.fault !== fault)),
    skipped,
    operations: [
      'heal',
      ...(kinds.has('app') || kinds.has('lb') ? (['reload'] as const) : []),
      ...(scalable.length > 0 ? (['scale'] as const) : []),
      ...(kinds.has('replica') ? (['failover', 'failover'] as const) : []),
      ...(kinds.has('cache') ? (['flush'] as const) : []),
      ...(kinds.has('edge') ? (['purge'] as const) : []),
      ...(kinds.has('link') ? (['cut'] as const) : []),
      ...(shards > 0 ? (['reshard', 'rebalance', 'drop-data'] as const) : []),
    ],
    scalable,
    shards,
  };
}

function reasonAgainst(fault: FaultKind, links: number, can: FaultDriver['can']): string | null {
  if (fault === 'kill') return null;
  if (links === 0 && (fault === 'partition' || fault === 'lossy-link'))
    return 'No box of this stage talks to another one.';
  const able = can(fault);
  return able === true ? null : able;
}

function kindOf({ labels }: ComposeService): string {
  return labels['scaling.kind'] ?? '';
}

function instancesOf({ name, scale, scalable }: ComposeService): string[] {
  return scalable ? Array.from({ length: scale }, (_, index) => `${name}-${index + 1}`) : [name];
}

function linksOf(services: readonly ComposeService[]): [string, string][] {
  return services.flatMap((one) =>
    services
      .filter((other) => other !== one && names(one, other.name))
      .flatMap((other) =>
        instancesOf(one).flatMap((box) => instancesOf(other).map((peer): [string, string] => [box, peer])),
      ),
  );
}

/** Whether a service's variables or dependencies name another service. */
function names({ environment, dependsOn }: ComposeService, other: string): boolean {
  const word = new RegExp(`(^|[^a-z0-9])${other}($|[^a-z0-9-])`);
  return other in dependsOn || Object.values(environment).some((value) => word.test(value));
}
