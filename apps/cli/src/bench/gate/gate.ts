import { mean } from 'simple-statistics';
import type { Amount } from '../../check/boot.ts';
import type { Contender } from '../../check/contender.ts';
import { besideReference, placesAt, versions } from '../../check/contenders-of.ts';
import { side } from '../../check/evidence.ts';
import { type Floor, GATE_RECORD, readGateRecord } from '../../check/floor.ts';
import { measureValidBoot } from '../../check/valid-boot.ts';
import { Failure } from '../../failure.ts';
import { commit, machine } from '../../measure/provenance.ts';
import { startSpinner } from '../../measure/spinner.ts';
import { chooseRuntime } from '../../runtime/choose.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { ROOT, readStage } from '../../stage/stages.ts';
import { writeWhole } from '../../write-whole.ts';
import { journalOf } from '../journal.ts';
import { drawBaselines, drawVersions, floorFrom } from './draws.ts';
import { slowerVersion } from './slower-version.ts';
import { type GateBoot, VARIANTS, type Variant } from './variants.ts';

export interface GateOptions {
  readonly stages: readonly number[];
  /** Of each variant of each stage. */
  readonly boots: number;
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** What a stage's boots say about its checks. */
export interface StageGate {
  readonly floor: Floor;
  /** Share of the checks that called the version slower. */
  readonly saidSlower: Readonly<Record<Variant, number>>;
  /** Why boots were left out, or taken once more. */
  readonly left: readonly string[];
  readonly secondsOfBoot: number;
  readonly machine: string;
  readonly commit: string;
  /** The first boot; an interrupted gate may have gone on much later. */
  readonly startedAt: string;
  /** Of all boots together. */
  readonly seconds: number;
}

export interface Gate {
  readonly stages: Readonly<Record<string, StageGate>>;
}

const JOURNAL = journalOf<GateBoot>('gate');
/** At least this many boots of each variant, or a draw would be of one or two. */
const LEAST_BOOTS = 4;

/**
 * What a check is worth: many boots of a version beside itself and beside slower ones, and thousands of checks drawn from
 * them. Each boot is noted at once; an interrupted gate goes on with `resume`.
 */
export async function measureGate(options: GateOptions): Promise<Gate> {
  if (!options.resume) await JOURNAL.clear();
  const runtime = await chooseRuntime('native', null);
  const spinner = await startSpinner();
  const at = await commit();
  const stages: Record<string, StageGate> = {};
  try {
    for (const stage of options.stages) {
      stages[stage] = { ...(await gateOf(runtime, stage, at, options)), machine: machine(), commit: at };
    }
  } finally {
    await spinner?.stop();
  }
  return { stages };
}

type Measured = Omit<StageGate, 'machine' | 'commit'>;

/** Keeps a gate, and of an earlier one the stages that this one did not measure. */
export async function recordGate(gate: Gate): Promise<void> {
  const earlier = await readGateRecord();
  const stages = { ...earlier?.stages, ...gate.stages };
  await writeWhole(GATE_RECORD, `${JSON.stringify({ stages }, null, 2)}\n`);
}

async function gateOf(runtime: Runtime, stage: number, at: string, options: GateOptions): Promise<Measured> {
  const { signal, onProgress } = options;
  const { facts } = await readStage(stage);
  const known = (await JOURNAL.read()).filter((boot) => boot.stage === stage && boot.commit === at);
  const boots: GateBoot[] = [...known];
  const boot = async (what: string, contenders: readonly Contender[], amount?: Amount) =>
    await measureValidBoot(runtime, {
      scenario: facts.scenario,
      contenders,
      ...(amount === undefined ? {} : { amount }),
      signal,
      onProgress: (progress) => onProgress(`stage ${stage}, ${what}: ${progress}`),
    });
  // A boot of its own tells how much load the others get, and what an unchanged request costs.
  const first = await boot('how much load', besideReference(stage));
  let ofVersions = amountOfVersions(first.amount);
  const slower = async (percent: number): Promise<string> =>
    await slowerVersion(
      `slower-${percent}-${stage}`,
      (side(first.figures, 'this').appMicros * percent) / 100,
      signal,
    );
  const pairs: Readonly<Record<Variant, readonly Contender[]>> = {
    A: versions(stage, ROOT),
    7: versions(stage, await slower(7)),
    reference: besideReference(stage),
    15: besideReference(stage, await slower(15)),
  };
  for (let round = 0; round < options.boots; round += 1) {
    for (const variant of VARIANTS) {
      if (boots.filter((known) => known.variant === variant).length > round) continue;
      const startedAt = new Date().toISOString();
      const contenders = placesAt(round, pairs[variant]);
      const withReference = contenders.some(({ role }) => role === 'reference');
      const { figures, leftOut, amount } = await boot(
        `${variant}, boot ${round + 1} of ${options.boots}`,
        contenders,
        withReference ? first.amount : ofVersions,
      );
      if (!withReference) ofVersions = amount;
      const noted = { stage, variant, commit: at, startedAt, figures, leftOut };
      await JOURNAL.note(noted);
      boots.push(noted);
    }
  }
  return summary(stage, boots);
}

/** The other version gets as much as this one. */
function amountOfVersions({ rates: { this: rate = 1 }, users: { this: users = 1 } }: Amount): Amount {
  return { rates: { this: rate, other: rate }, users: { this: users, other: users } };
}

function summary(stage: number, boots: readonly GateBoot[]): Measured {
  const valid = boots.filter(({ figures }) => figures.why.length === 0);
  const of = (variant: Variant) =>
    valid.filter((boot) => boot.variant === variant).map(({ figures }) => figures);
  for (const variant of VARIANTS)
    if (of(variant).length < LEAST_BOOTS)
      throw new Failure(
        `Stage ${stage} has ${of(variant).length} valid boots of ${variant}: too few to draw from.`,
        {
          where: boots.flatMap(({ figures }) => figures.why)[0] ?? 'no boots',
          next: 'Measure more of them: `pnpm bench gate --resume` on a quiet machine.',
        },
      );
  const floor = floorFrom(of('A'), of('reference'));
  return {
    floor,
    saidSlower: {
      A: drawVersions(of('A'), floor),
      7: drawVersions(of('7'), floor),
      reference: drawBaselines(of('reference'), of('reference'), floor),
      15: drawBaselines(of('15'), of('reference'), floor),
    },
    left: [...new Set(boots.flatMap(({ figures, leftOut }) => [...leftOut, ...figures.why]))],
    secondsOfBoot: mean(valid.map(({ figures }) => figures.seconds)),
    startedAt: boots[0]?.startedAt ?? 'never',
    seconds: boots.reduce((sum, { figures }) => sum + figures.seconds, 0),
  };
}
