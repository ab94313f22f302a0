import type { Limiter } from '../runtime/runtime.ts';

/** What caps the boxes, in words for people. */
export function limiterText(limiter: Limiter): string {
  return limiter === 'stop-and-go' ? 'stop and go, by the tool itself' : limiter;
}
