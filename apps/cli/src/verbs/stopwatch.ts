import type { VerbContext } from './verb.ts';

/** Progress on standard error, each line with the seconds since the start. */
export function stopwatch(context: VerbContext): (what: string) => void {
  const started = performance.now();
  return (what) =>
    context.stderr(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
}
