import type { MeasuredStage } from '../journey/read-record.ts';
import { BOOTSTRAP, mulberry32, normal } from '../measure/bootstrap.ts';
import type { Part } from '../stage/parts.ts';
import { type Bill, type CostAsRun, costAsRun, type Line, lineOf, linesByUse } from './as-run.ts';
import { type BoxContention, contentionOf } from './box-law.ts';
import { ladderOf, pricesOf } from './prices.ts';
import { mostVcpus, type Need, sizeFor } from './sizing.ts';
import { type Load, loadOf } from './traffic.ts';
import { type Estimate, estimate, fitUsl, resampledLaws, type Usl } from './usl.ts';
import { throughput } from './usl-law.ts';

/** What a part of the stage uses of a processor for each request, as measured. */
export interface Demand {
  readonly part: string;
  readonly kind: string;
  readonly cpuMicrosPerRequest: number;
  /** There can be more of them, which then lose this to each other. */
  readonly multiplies: boolean;
  readonly contention: BoxContention;
}

/** The part that cannot grow as far as this many users need it to. */
export interface Limit {
  readonly part: string;
  readonly kind: string;
  readonly needsVcpus: number;
  readonly mostVcpus: number | null;
}

/** A stage for so many users, by load alone. */
export interface ForecastAt extends Load {
  /** `yes`: everywhere within the 95 % interval; `perhaps`: in a part of it; `no`: nowhere in it. */
  readonly fits: 'yes' | 'perhaps' | 'no';
  /** What holds it up at the value; null: nothing does. */
  readonly limit: Limit | null;
  /** What it is made of then; empty where it does not fit. */
  readonly lines: readonly Line[];
  /** null: does not fit at the value. The interval's upper end is null where it does not fit there. */
  readonly usdPerMonth: Estimate | null;
}

export interface Forecast {
  readonly stage: number;
  readonly name: string;
  readonly title: string;
  readonly scenario: string;
  readonly valid: boolean;
  readonly why: readonly string[];
  readonly usl: Usl;
  /** Completions per second at the last rung within the SLO, by the fitted law; null: no rung was within it. */
  readonly capacity: Estimate | null;
  readonly asRun: CostAsRun;
  readonly demands: readonly Demand[];
  readonly at: readonly ForecastAt[];
  readonly provenance: MeasuredStage['provenance'];
}

export interface ForecastRequest {
  readonly stage: MeasuredStage;
  /** All stages of the record: what boxes lose to each other is measured where they were multiplied. */
  readonly stages: readonly MeasuredStage[];
  readonly bill: Bill;
  readonly users: readonly number[];
}

/** One way that things may truly be: by how much a request costs more than measured, and σ of each part. */
interface Draw {
  readonly dearer: number;
  readonly sigmas: ReadonlyMap<string, number>;
}

/**
 * For each number of users: how many boxes of what size, and what they cost. A part's processor time per request is as
 * measured at the last rung of the ladder; the interval of the fitted law and that of the loss between boxes are carried
 * through by drawing both many times.
 *
 * @throws Failure when no law can be fitted to the ladder, or a kind of box has no price.
 */
export function forecast({ stage, stages, bill, users }: ForecastRequest): Forecast {
  const { ladder } = stage;
  const usl = fitUsl(ladder.map((rung) => ({ users: rung.users, rps: rung.this.rps })));
  const laws = resampledLaws(usl);
  const asRun = costAsRun(stage, bill);
  const demands = demandsOf(stage, stages, bill);
  const busiest = ladder.at(-1)?.users ?? 1;
  const random = mulberry32(BOOTSTRAP.seed);
  const draws = laws.map(
    (law): Draw => ({
      dearer: throughput(usl.law, busiest) / throughput(law, busiest),
      sigmas: new Map(demands.map(({ part, contention }) => [part, sigmaDrawn(contention, random)])),
    }),
  );
  const { holds } = asRun;
  return {
    stage: stage.stage,
    name: stage.name,
    title: stage.title,
    scenario: stage.scenario,
    valid: stage.valid,
    why: stage.why,
    usl,
    capacity:
      holds === null
        ? null
        : estimate(
            throughput(usl.law, holds.users),
            laws.map((law) => throughput(law, holds.users)),
          ),
    asRun,
    demands,
    at: users.map((count) => at(loadOf(count, bill.traffic), demands, draws, bill)),
    provenance: stage.provenance,
  };
}

/** Parts on instances: what each request costs them at the last rung, where they are busy. */
function demandsOf(
  { ladder }: MeasuredStage,
  stages: readonly MeasuredStage[],
  { parts, prices }: Bill,
): Demand[] {
  const last = ladder.at(-1)?.this;
  return parts.flatMap(({ name, kind, services, multiplies }): Demand[] => {
    if (last === undefined || 'meters' in pricesOf(prices, kind)) return [];
    const loads = last.loads.filter((load) => services.includes(load.service));
    const cores = loads.reduce((sum, load) => sum + load.cores, 0);
    return [
      {
        part: name,
        kind,
        cpuMicrosPerRequest: (cores / last.rps) * 1e6,
        multiplies,
        contention: contentionOf(kind, stages),
      },
    ];
  });
}

/** Either side of a 95 % interval. */
const TAIL = 0.025;

function sigmaDrawn({ sigma }: BoxContention, random: () => number): number {
  const [low, high] = sigma.interval;
  const spread = ((high ?? low) - low) / (2 * 1.96);
  return Math.max(0, sigma.value + spread * normal(random));
}

function at(load: Load, demands: readonly Demand[], draws: readonly Draw[], bill: Bill): ForecastAt {
  const measured = new Map(demands.map(({ part, contention }) => [part, contention.sigma.value]));
  const drawn = draws.map((draw) => {
    const size = sized(load, demands, draw, bill);
    return 'needsVcpus' in size ? Number.POSITIVE_INFINITY : usdOf(size);
  });
  const fitting = drawn.filter(Number.isFinite).length / drawn.length;
  const fits = fitting >= 1 - TAIL ? 'yes' : fitting <= TAIL ? 'no' : 'perhaps';
  const result = sized(load, demands, { dearer: 1, sigmas: measured }, bill);
  if ('needsVcpus' in result) return { ...load, fits, limit: result, lines: [], usdPerMonth: null };
  return { ...load, fits, limit: null, lines: result, usdPerMonth: estimate(usdOf(result), drawn) };
}

function usdOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.usdPerMonth, 0);
}

/** The bill, or the first part that cannot grow so far. */
function sized(
  { peakRps, meanRps }: Load,
  demands: readonly Demand[],
  { dearer, sigmas }: Draw,
  bill: Bill,
): readonly Line[] | Limit {
  const lines: Line[] = [];
  for (const { part: name, kind, cpuMicrosPerRequest } of demands) {
    const part = bill.parts.find((each) => each.name === name) as Part;
    const entry = pricesOf(bill.prices, kind);
    if ('meters' in entry) continue;
    const ladder = ladderOf(bill.prices, entry);
    const busy = (peakRps * cpuMicrosPerRequest * dearer) / 1e6;
    const need: Need = {
      ...part,
      vcpus: busy / bill.traffic.assumptions.targetUtilisation.value,
      sigma: sigmas.get(name) ?? 0,
    };
    const size = sizeFor(ladder, entry, need);
    if (size === null)
      return { part: name, kind, needsVcpus: need.vcpus, mostVcpus: mostVcpus(ladder, entry, need) };
    lines.push(lineOf(part, entry, size));
  }
  return [...lines, ...linesByUse(meanRps, bill)];
}
