import { measureBoot } from '../../check/boot.ts';
import { versions } from '../../check/contenders-of.ts';
import { side } from '../../check/evidence.ts';
import { type Floor, GATE_RECORD } from '../../check/floor.ts';
import { Failure } from '../../failure.ts';
import { commit, machine } from '../../measure/provenance.ts';
import { startSpinner } from '../../measure/spinner.ts';
import { chooseRuntime } from '../../runtime/choose.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { ROOT, readStage } from '../../stage/stages.ts';
import { writeWhole } from '../../write-whole.ts';
import { type Drawn, drawChecks, floorFrom } from './draws.ts';
import { clearJournal, type GateBoot, noteBoot, readJournal, VARIANTS, type Variant } from './journal.ts';
import { slowerVersion } from './slower-version.ts';

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
  readonly saidSlower: Readonly<Record<Variant, Drawn>>;
  /** Why boots were left out. */
  readonly left: readonly string[];
  readonly secondsOfBoot: number;
}

export interface Gate {
  readonly stages: Readonly<Record<string, StageGate>>;
  readonly machine: string;
  readonly commit: string;
  readonly startedAt: string;
  readonly seconds: number;
}

/** At least this many boots of each turn, or a draw would be of one or two. */
const LEAST_BOOTS = 4;

/**
 * What a check is worth: many boots of a version beside itself and beside slower ones, and thousands of checks drawn from
 * them. Each boot is noted at once; an interrupted gate goes on with `resume`.
 */
export async function measureGate(options: GateOptions): Promise<Gate> {
  const startedAt = new Date().toISOString();
  const clock = performance.now();
  if (!options.resume) await clearJournal();
  const runtime = await chooseRuntime('native', null);
  const spinner = await startSpinner();
  const at = await commit();
  const stages: Record<string, StageGate> = {};
  try {
    for (const stage of options.stages) stages[stage] = await gateOf(runtime, stage, at, options);
  } finally {
    await spinner?.stop();
  }
  return {
    stages,
    machine: machine(),
    commit: at,
    startedAt,
    seconds: (performance.now() - clock) / 1000,
  };
}

export async function recordGate(gate: Gate): Promise<void> {
  await writeWhole(GATE_RECORD, `${JSON.stringify(gate, null, 2)}\n`);
}

async function gateOf(runtime: Runtime, stage: number, at: string, options: GateOptions): Promise<StageGate> {
  const { signal, onProgress } = options;
  const { facts } = await readStage(stage);
  const known = (await readJournal()).filter((boot) => boot.stage === stage && boot.commit === at);
  const { amount, appMicros } = await amountOf(runtime, stage, facts.scenario, options);
  const roots: Partial<Record<Variant, string>> = { A: ROOT };
  const boots: GateBoot[] = [...known];
  const done = (variant: Variant) => boots.filter((boot) => boot.variant === variant).length;
  for (let round = 0; round < options.boots; round += 1) {
    for (const variant of VARIANTS) {
      if (done(variant) > round) continue;
      roots[variant] ??= await slowerVersion(
        `slower-${variant}-${stage}`,
        (appMicros * Number(variant)) / 100,
        signal,
      );
      const contenders = versions(stage, roots[variant]);
      const { figures } = await measureBoot(runtime, {
        scenario: facts.scenario,
        contenders: round % 2 === 0 ? contenders : contenders.toReversed(),
        amount,
        signal,
        onProgress: (what) =>
          onProgress(`stage ${stage}, ${variant}, boot ${round + 1} of ${options.boots}: ${what}`),
      });
      const boot = { stage, variant, commit: at, figures };
      await noteBoot(boot);
      boots.push(boot);
    }
  }
  return summary(stage, boots);
}

/** A boot of its own tells how much load the others get, and what an unchanged request costs. */
async function amountOf(
  runtime: Runtime,
  stage: number,
  scenario: string,
  { signal, onProgress }: GateOptions,
) {
  const { figures, amount } = await measureBoot(runtime, {
    scenario,
    contenders: versions(stage, ROOT),
    signal,
    onProgress: (what) => onProgress(`stage ${stage}, how much load: ${what}`),
  });
  return { amount, appMicros: side(figures, 'this').appMicros };
}

function summary(stage: number, boots: readonly GateBoot[]): StageGate {
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
  const floor = floorFrom(of('A'));
  const drawn = (variant: Variant) => drawChecks(of(variant), of('A'), floor);
  return {
    floor,
    saidSlower: { A: drawn('A'), 7: drawn('7'), 15: drawn('15') },
    left: [...new Set(boots.flatMap(({ figures }) => figures.why))],
    secondsOfBoot: valid.reduce((sum, { figures }) => sum + figures.seconds, 0) / valid.length,
  };
}
