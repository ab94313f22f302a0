import type { RefinedResponse, ResponseType } from 'k6/http';
import { settings } from './settings.ts';

/**
 * Writes down one answer with its moment, a JSON line in the file that the history is written to: for runs at a modest
 * rate that ask when something failed, not only how often. `sentAt`: milliseconds since 1970. How long it took is
 * read from the clock, because k6's own duration of a request that was never answered is 0.
 */
export function noteOnTimeline(
  request: string,
  sentAt: number,
  answer: RefinedResponse<ResponseType | undefined>,
  verdict: string,
): void {
  if (!settings.timeline) return;
  const { status, error, timings } = answer;
  const tookMs = Date.now() - sentAt;
  // k6's own measure, finer than a millisecond.
  const ms = timings.duration;
  console.log(
    JSON.stringify({ side: __ENV.SIDE, request, sentAt, tookMs, ms, verdict, status, error: error ?? '' }),
  );
}
