/** `4.2 ms`, `183 ms`, `2.40 s`; a dash for what was not measured. */
export function milliseconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 20 ? 1 : 0)} ms`;
}

/** `142/s`. */
export function perSecond(rate: number): string {
  return `${rate.toFixed(rate < 20 ? 1 : 0)}/s`;
}
