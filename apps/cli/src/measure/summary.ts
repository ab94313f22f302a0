import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const latency = z.object({
  count: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
});

const files = z.object({
  requests: z.number(),
  bytes: z.number(),
  /** Answered from what the edge kept; filled by the neighbour; filled by the origin. */
  hits: z.number(),
  neighbour: z.number(),
  misses: z.number(),
});

const side = z.object({
  /** When this side's load began, milliseconds since 1970; null: not one iteration ran. */
  startedAt: z.number().nullable(),
  /** Requests answered within the measured seconds. */
  requests: z.number(),
  /** Purchases tried in the whole run, the lead included. */
  purchases: z.number(),
  /** Purchases that found no free seat left to ask for. */
  soldOut: z.number(),
  wrong: z.object({ transport: z.number(), status: z.number(), shape: z.number() }),
  /** Iterations k6 could not start because all its virtual users were waiting. */
  dropped: z.number(),
  latency: latency.nullable(),
  actions: z.record(z.string(), latency.nullable()),
  steps: z.array(z.object({ completions: z.number(), within: z.number() })),
  /** Files that came through an edge, in the whole run; null: none did. */
  files: files.nullable(),
});

const summary = z.object({
  settings: z.object({
    mode: z.enum(['open', 'closed']),
    lead: z.number(),
    duration: z.number(),
    step: z.number(),
    slo: z.number(),
  }),
  sides: z.record(z.string(), side),
});

/** What a run's `handleSummary` (loadtests/lib/summary.ts) wrote. */
export type Summary = z.infer<typeof summary>;
export type SideSummary = z.infer<typeof side>;

/** Reads the summary.json of a run. @throws when k6 wrote none, or one of another shape. */
export async function readSummary(results: string): Promise<Summary> {
  return summary.parse(JSON.parse(await readFile(join(results, 'summary.json'), 'utf8')));
}

/** Answers that were wrong, of whatever kind, among the measured ones. */
export function wrongAnswers({ wrong }: SideSummary): number {
  return wrong.transport + wrong.status + wrong.shape;
}

/** Share of the measured requests that were right and within the SLO; those k6 never sent count against it. */
export function withinSlo(summary: SideSummary): number {
  const good = summary.steps.reduce((sum, step) => sum + step.within, 0);
  const all = summary.steps.reduce((sum, step) => sum + step.completions, 0) + summary.dropped;
  return all === 0 ? 0 : good / all;
}
