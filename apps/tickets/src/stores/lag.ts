/** How far back the primary's positions are remembered. */
const REMEMBERED = 400;

/**
 * How long a replica lags behind, told from where the primary was and when. Unlike the age of the last replayed
 * transaction it stays 0 while the primary is idle, and it needs no clock but ours.
 *
 * @param timeline that of the primary: positions of another one do not compare
 */
export function lagMeter(timeline = 0, now: () => number = () => performance.now()) {
  const samples: { readonly at: number; readonly position: bigint }[] = [];
  return {
    timeline,
    /** The primary has written up to `position`. */
    primaryAt(position: bigint): void {
      // A position that has not moved keeps its first time: since then a replica that lacks it is behind.
      if (samples.at(-1)?.position === position) return;
      samples.push({ at: now(), position });
      if (samples.length > REMEMBERED) samples.shift();
    },
    /** Milliseconds since the primary passed what a replica has replayed; 0 when it has replayed everything known. */
    lagMs(replayed: bigint): number {
      const missing = samples.find((sample) => sample.position > replayed);
      return missing === undefined ? 0 : now() - missing.at;
    },
  };
}
