import { type Provenance, provenance } from '../measure/provenance.ts';
import { startSpinner } from '../measure/spinner.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Amount, type BootFigures, BY_TURNS, MEASURED_SECONDS, type SideFigures } from './boot.ts';
import type { Contender, Role, Running } from './contender.ts';
import { placesAt } from './contenders-of.ts';
import { type Against, BOOTS_A_RUN, evidenceOf, side, wordOf } from './evidence.ts';
import type { Floor } from './floor.ts';
import { isVoid, measureValidBoot } from './valid-boot.ts';
import { type Ratio, ratioOf } from './verdict.ts';

export interface CheckRequest {
  readonly stage: number;
  readonly scenario: string;
  /** Whom a boot measures, in the order of their places. */
  readonly contenders: readonly Contender[];
  /** For people: `main (1a2b3c4d5e6f)`, `the recorded baseline`. */
  readonly againstName: string;
  readonly against: Against;
  readonly floor: Floor;
  readonly amount?: Amount;
  /** What else there is to say, should it be void. */
  readonly ifVoid?: string;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** What `check --json` prints. */
export interface Check {
  readonly stage: number;
  readonly scenario: string;
  readonly against: string;
  readonly verdict: 'holds' | 'slower' | 'void';
  /** Why it is void, or what is slower. */
  readonly why: readonly string[];
  /** CPU of the stage's own boxes per request, over what it is held against: above 1 is dearer. */
  readonly cpu: Ratio;
  /** Answers at the limit, over what it is held against: below 1 is fewer. */
  readonly throughput: Ratio;
  /** The ratios of one run, or of two: a first that looked slower is repeated, and both together decide. */
  readonly runs: readonly { readonly cpu: number; readonly throughput: number }[];
  /** The last boot's figures, for the reader. */
  readonly sides: Readonly<Partial<Record<Role, SideFigures>>>;
  readonly rates: Amount['rates'];
  readonly floor: Floor;
  readonly seconds: number;
  readonly provenance: Provenance;
}

/**
 * Is this version slower than what it is held against? Some boots of both contenders; where they say yes,
 * as many once more, and all together decide. Whatever happens, everything is down at the end.
 */
export async function check(runtime: Runtime, request: CheckRequest): Promise<Check> {
  const startedAt = new Date();
  const clock = performance.now();
  const { against, floor } = request;
  const spinner = await startSpinner();
  let measured: Measured = { boots: [], leftOut: [], amount: request.amount, running: [] };
  let runs = 0;
  let word: 'holds' | 'slower' = 'holds';
  try {
    do {
      runs += 1;
      measured = await oneRun(runtime, request, measured);
      word = wordOf(evidenceOf(measured.boots, against, floor));
    } while (word === 'slower' && runs < 2 && voidReasons(measured.boots).length === 0);
  } finally {
    await spinner?.stop();
  }
  const { boots, leftOut, running, amount } = measured;
  const evidence = evidenceOf(boots, against, floor);
  const reasons = voidReasons(boots);
  const why = reasons.length > 0 && request.ifVoid !== undefined ? [...reasons, request.ifVoid] : reasons;
  return {
    stage: request.stage,
    scenario: request.scenario,
    against: request.againstName,
    verdict: why.length > 0 ? 'void' : word,
    why,
    cpu: ratioOf(evidence.cpu),
    throughput: ratioOf(evidence.throughput),
    runs: evidence.cpu.logs.map((log, index) => ({
      cpu: Math.exp(log),
      throughput: Math.exp(evidence.throughput.logs[index] ?? 0),
    })),
    sides: boots.at(-1)?.sides ?? {},
    rates: amount?.rates ?? {},
    floor,
    seconds: (performance.now() - clock) / 1000,
    provenance: await provenance({
      runtime,
      stacks: running.filter(({ role }) => role === 'this').map(({ state }) => state),
      scenario: request.scenario,
      load: `${amount?.rates.this?.toFixed(1) ?? '?'}/s`,
      durationSeconds: boots.length * MEASURED_SECONDS,
      conditions: [
        boots.length === 1 ? 'one boot' : `${boots.length} boots`,
        ...leftOut.map((why) => `taken once more: ${why}`),
        spinner === null ? 'no spinner' : 'spinner',
        BY_TURNS,
      ],
      startedAt,
    }),
  };
}

interface Measured {
  readonly boots: readonly BootFigures[];
  /** Why boots were void that another one took the place of. */
  readonly leftOut: readonly string[];
  readonly amount: Amount | undefined;
  readonly running: readonly Running[];
}

async function oneRun(runtime: Runtime, request: CheckRequest, before: Measured): Promise<Measured> {
  const { scenario, contenders, signal, onProgress } = request;
  let measured = before;
  for (let boot = 0; boot < BOOTS_A_RUN; boot += 1) {
    const index = measured.boots.length;
    const next = await measureValidBoot(runtime, {
      scenario,
      contenders: placesAt(index, contenders),
      ...(measured.amount === undefined ? {} : { amount: measured.amount }),
      signal,
      onProgress: (what) => onProgress(`boot ${index + 1}: ${what}`),
    });
    measured = {
      ...next,
      boots: [...measured.boots, next.figures],
      leftOut: [...measured.leftOut, ...next.leftOut],
    };
    if (isVoid(next)) break;
  }
  return measured;
}

function voidReasons(boots: readonly BootFigures[]): string[] {
  const reasons = new Set(boots.flatMap(({ why }) => why));
  for (const boot of boots) if (side(boot, 'this').appMicros === 0) reasons.add('the stage answered nothing');
  return [...reasons];
}
