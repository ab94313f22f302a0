import { Failure } from '../failure.ts';
import type { MeasuredStage } from '../journey/read-record.ts';
import type { Part } from '../stage/parts.ts';
import { type Month, usdByUse } from './month.ts';
import { type ByInstance, ladderOf, PRICES, type Prices, pricesOf } from './prices.ts';
import { type Size, smallestFor } from './sizing.ts';
import type { Traffic } from './traffic.ts';

/** A line of the bill. */
export interface Line {
  /** A part of the stage, or `internet`. */
  readonly part: string;
  readonly kind: string;
  readonly service: string;
  /** The instance; null: a service that is paid by use. */
  readonly type: string | null;
  readonly boxes: number;
  readonly usdPerMonth: number;
}

/** The highest rung of a ladder at which P95 kept within the SLO. */
export interface Holds {
  readonly rps: number;
  readonly users: number;
  readonly p95Ms: number;
}

export interface CostAsRun {
  readonly lines: readonly Line[];
  readonly usdPerMonth: number;
  /** Kept busy all month at this rate; null: no rung of the ladder was within the SLO, and only standing still is priced. */
  readonly holds: Holds | null;
  readonly usdPerThousandRequests: number | null;
}

/** A stage as the compose file has it, and what the bill depends on besides. */
export interface Bill {
  readonly parts: readonly Part[];
  readonly regions: number;
  readonly prices: Prices;
  readonly traffic: Traffic;
}

/** What the stage costs as it was measured: each box on the smallest rung that holds it, busy all month at what it holds. */
export function costAsRun({ ladder }: Pick<MeasuredStage, 'ladder'>, bill: Bill): CostAsRun {
  const holds = holdsAt(ladder, bill.traffic.assumptions.sloMs.value);
  const lines = [...bill.parts.flatMap((part) => asItIs(part, bill)), ...linesByUse(holds?.rps ?? 0, bill)];
  const usdPerMonth = lines.reduce((sum, line) => sum + line.usdPerMonth, 0);
  const thousands = ((holds?.rps ?? 0) * 3600 * bill.prices.hoursPerMonth) / 1000;
  return {
    lines,
    usdPerMonth,
    holds,
    usdPerThousandRequests: thousands === 0 ? null : usdPerMonth / thousands,
  };
}

function holdsAt(ladder: MeasuredStage['ladder'], sloMs: number): Holds | null {
  const within = ladder.filter((rung) => rung.this.p95Ms <= sloMs);
  const [best] = within.sort((a, b) => b.this.rps - a.this.rps);
  return best === undefined ? null : { rps: best.this.rps, users: best.users, p95Ms: best.this.p95Ms };
}

function asItIs(part: Part, { prices }: Bill): Line[] {
  const entry = pricesOf(prices, part.kind);
  if ('meters' in entry) return [];
  const rung = smallestFor(ladderOf(prices, entry), entry, part);
  if (rung === null)
    throw new Failure(`No rung for a box of the kind "${part.kind}" is large enough for ${part.name}.`, {
      where: PRICES,
    });
  return [lineOf(part, entry, { rung, boxes: Math.max(part.boxes, entry.leastBoxes ?? 1) })];
}

/** So many instances of a type for a month. */
export function lineOf(part: Part, { service }: ByInstance, { rung, boxes }: Size): Line {
  return {
    part: part.name,
    kind: part.kind,
    service,
    type: rung.type,
    boxes,
    usdPerMonth: boxes * rung.usdPerMonth,
  };
}

/** The services that are paid by use, at a mean rate over the month. Without edges, the shop's answers leave by themselves. */
export function linesByUse(meanRps: number, { parts, regions, prices, traffic }: Bill): Line[] {
  const month = (boxes: number): Month => ({ hours: prices.hoursPerMonth, meanRps, boxes, regions });
  const kinds = new Map<string, Part[]>();
  for (const part of parts) kinds.set(part.kind, [...(kinds.get(part.kind) ?? []), part]);
  const lines = [...kinds].flatMap(([kind, members]): Line[] => {
    const entry = pricesOf(prices, kind);
    if (!('meters' in entry)) return [];
    const boxes = members.reduce((sum, part) => sum + part.boxes, 0);
    const usdPerMonth = usdByUse(entry, month(boxes), traffic);
    return [{ part: kind, kind, service: entry.service, type: null, boxes, usdPerMonth }];
  });
  if (kinds.has('edge')) return lines;
  const { service } = prices.internet;
  const usdPerMonth = usdByUse(prices.internet, month(1), traffic);
  return [...lines, { part: 'internet', kind: 'internet', service, type: null, boxes: 1, usdPerMonth }];
}
