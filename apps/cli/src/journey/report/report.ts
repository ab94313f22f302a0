import type { Journey } from '../record.ts';
import { type Section, sectionOf } from './section.ts';

/** What a stage costs as it ran: AWS's prices for its boxes, at the throughput measured. */
export interface Cost {
  readonly perMonth: number;
  /** null: it never kept within the SLO, so there is no throughput to divide by. */
  readonly perThousandRequests: number | null;
  /** ISO 4217: `USD`. */
  readonly currency: string;
  /** The day of the prices: `2026-11-01`. */
  readonly pricesOf: string;
}

/** What the report knows of a stage beyond its measurement. */
export interface Known {
  /** `cure` of its x-stage. */
  readonly cure: string | null;
  readonly cost: Cost | null;
}

/** `docs/results/journey.json`: what was measured, and the same again as the few figures that a report states. */
export interface Report extends Journey {
  readonly sections: readonly Section[];
}

/** The report's figures. `known`: by the stage's number; what is missing there is left out of the report. */
export function reportOf(journey: Journey, known: ReadonlyMap<number, Known>): Report {
  const sections = journey.stages.map((stage) => {
    const before = journey.stages.find((each) => each.stage === stage.stage - 1);
    return sectionOf(stage, {
      ...(known.get(stage.stage) ?? { cure: null, cost: null }),
      previousTitle: before?.title ?? null,
    });
  });
  return { ...journey, sections };
}
