/** The kernel takes no smaller quota than this. */
const LEAST_MICROS = 1000;

/**
 * A share of one core as the kernel's CPU controller wants it: so many microseconds in each period. A share that is too
 * small for this period gets a longer one.
 */
export function cpuQuota(cpus: number, periodMicros: number): { quota: number; period: number } {
  const period = Math.max(periodMicros, Math.ceil(LEAST_MICROS / cpus));
  return { period, quota: Math.max(LEAST_MICROS, Math.round(cpus * period)) };
}
