import type { ComposeFile } from './compose-service.ts';

/** Boxes of a stage that do the same work: a service's instances, or all replicas. */
export interface Part {
  readonly name: string;
  readonly kind: string;
  readonly services: readonly string[];
  readonly boxes: number;
  /** A box's quota, in cores; null: none. */
  readonly cores: number | null;
  readonly memoryGib: number;
  /** The stage is built so that there can be more of them: `scale` is declared, or they are replicas. */
  readonly multiplies: boolean;
}

const BYTES_PER_GIB = 2 ** 30;

/** Of what a stage is made, without what makes the load. */
export function partsOf({ services }: Pick<ComposeFile, 'services'>): Part[] {
  const parts = new Map<string, Part>();
  for (const service of Object.values(services)) {
    const kind = service.labels['scaling.kind'] ?? service.name;
    if (kind === 'load') continue;
    const name = kind === 'replica' ? kind : service.name;
    const before = parts.get(name);
    const { cpuQuota, cpuPeriod } = service;
    parts.set(name, {
      name,
      kind,
      services: [...(before?.services ?? []), service.name],
      boxes: (before?.boxes ?? 0) + service.scale,
      cores: cpuQuota === null || cpuPeriod === null ? null : cpuQuota / cpuPeriod,
      memoryGib: (service.memLimit ?? 0) / BYTES_PER_GIB,
      multiplies: service.scalable || kind === 'replica',
    });
  }
  return [...parts.values()];
}
