import type { RefinedResponse, ResponseType } from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import { countFile } from './files.ts';
import { scenario } from './scenario.ts';
import { settings, stepCount } from './settings.ts';
import { noteOnTimeline } from './timeline.ts';

/** What a request was for. */
export const ACTIONS = [
  'list',
  'show',
  'seats',
  'reserve',
  'buy',
  'replay',
  'refused',
  'cancel',
  'page',
  'poster',
  'script',
] as const;
export type Action = (typeof ACTIONS)[number];

/**
 * Own metrics instead of an output stream: k6 then adds up inside and writes one small summary at the end.
 * `within`, one Rate per step: its size is the step's completions, its share those that were right and in time.
 */
function meters(side: string) {
  return {
    started: new Gauge(`started_${side}`),
    purchases: new Counter(`purchases_${side}`),
    soldOut: new Counter(`sold_out_${side}`),
    latency: new Trend(`latency_${side}`, true),
    wrong: {
      transport: new Counter(`wrong_transport_${side}`),
      status: new Counter(`wrong_status_${side}`),
      shape: new Counter(`wrong_shape_${side}`),
    },
    actions: new Map(ACTIONS.map((action) => [action, new Trend(`action_${action}_${side}`, true)])),
    within: Array.from({ length: stepCount }, (_, step) => new Rate(`within_${step}_${side}`)),
  };
}

const bySide = new Map(settings.targets.map((target) => [target.side, meters(target.side)]));

export type Verdict = 'right' | 'transport' | 'status' | 'shape';

let complaints = 0;

/** Counts one answer, if it falls into the measured part of the run. `sentAt`: when it was asked, if that is known. */
export function record(
  action: Action,
  answer: RefinedResponse<ResponseType | undefined>,
  verdict: Verdict,
  sentAt?: number,
): void {
  const side = __ENV.SIDE ?? '';
  const meter = bySide.get(side);
  if (meter === undefined) throw new Error(`no meters for side ${side}`);
  // Each field of an answer that is read is brought over from Go: once.
  const took = answer.timings.duration;
  const now = Date.now();
  noteOnTimeline(action, sentAt ?? now - took, answer, verdict);
  if (action === 'poster' || action === 'script') countFile(side, answer);
  const sinceStart = now - scenario().startTime;
  // Closed loop: throughput is what completes in a second. Open: a request belongs to the second it arrived in.
  const at = (settings.mode === 'closed' ? sinceStart : sinceStart - took) / 1000 - settings.lead;
  if (at < 0 || at >= settings.duration) return;
  const right = verdict === 'right';
  meter.within[Math.floor(at / settings.step)]?.add(right && took <= settings.slo);
  meter.latency.add(took);
  meter.actions.get(action)?.add(took);
  if (right) return;
  meter.wrong[verdict].add(1);
  if (complaints++ < 3)
    console.warn(`${side} ${action} ${verdict}: status ${answer.status} ${answer.error ?? ''}`);
}

/** Counts seats asked for, answered or not: the next run's cursor starts behind them. */
export function recordPurchase(): void {
  bySide.get(__ENV.SIDE ?? '')?.purchases.add(1);
}

export function recordSoldOut(): void {
  bySide.get(__ENV.SIDE ?? '')?.soldOut.add(1);
}

/** Notes when this side's load began, so that CPU times taken outside can be laid over the same seconds. */
export function recordStart(): void {
  bySide.get(__ENV.SIDE ?? '')?.started.add(scenario().startTime);
}
