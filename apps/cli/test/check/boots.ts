import type { BootFigures, SideFigures } from '../../src/check/boot.ts';
import type { Role } from '../../src/check/contender.ts';
import type { Floor } from '../../src/check/floor.ts';

export const FLOOR: Floor = {
  against: { cpu: 0.026, throughput: 0.12 },
  reference: { cpu: 0.026, throughput: 0.12 },
  boots: 12,
};

export function sideOf(appMicros: number, rps = 50): SideFigures {
  return {
    appMicros,
    cpuMicrosPerRequest: { 'app-1': appMicros },
    p50Ms: 5,
    p95Ms: 15,
    rps,
    saturated: { box: 'app', share: 0.99 },
  };
}

/** A boot in which each role's apps took so many microseconds. */
export function bootOf(
  micros: Partial<Record<Role, number>>,
  options: { rps?: Partial<Record<Role, number>>; turned?: boolean; why?: readonly string[] } = {},
): BootFigures {
  const roles = Object.keys(micros) as Role[];
  return {
    sides: Object.fromEntries(
      roles.map((role) => [role, sideOf(micros[role] ?? 0, options.rps?.[role] ?? 50)]),
    ),
    places: options.turned ? roles.toReversed() : roles,
    why: options.why ?? [],
    seconds: 50,
  };
}
