/** See lock.mjs, which is plain JavaScript because the bootstrap needs it before anything is installed. */
export function holdLock(
  name: string,
  options?: { signal?: AbortSignal; onWait?: () => void },
): Promise<() => void>;
