import { readBaseline } from '../../check/baseline.ts';
import { type Check, type CheckRequest, check } from '../../check/check.ts';
import { floorOf } from '../../check/floor.ts';
import { againstBaseline, againstVersion, type CommonRequest } from '../../check/requests.ts';
import { Failure } from '../../failure.ts';
import { commit } from '../../measure/provenance.ts';
import { chooseRuntime } from '../../runtime/choose.ts';
import { ROOT, readStage } from '../../stage/stages.ts';
import { slowerVersion } from '../gate/slower-version.ts';
import { journalOf } from '../journal.ts';
import { QUESTIONS, type Question, RIGHT } from './questions.ts';

export interface VerdictsOptions {
  readonly stage: number;
  /** Of each question. */
  readonly rounds: number;
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** One real check, and whether it was right. */
export interface Verdict extends Pick<Check, 'verdict' | 'why' | 'cpu' | 'throughput' | 'runs' | 'seconds'> {
  readonly stage: number;
  readonly question: Question;
  readonly right: boolean;
  /** What the checked version's apps took for a request, microseconds. */
  readonly appMicros: number;
  readonly machine: string;
  readonly commit: string;
  readonly startedAt: string;
}

const JOURNAL = journalOf<Verdict>('verdicts');

/**
 * Real checks whose right answer is known: of this version against itself and against its baseline, of one whose apps take
 * 7 % more CPU against this one, of one that takes 15 % more against the baseline; by turns, so that a slow hour of the
 * machine meets all of them. Each is noted at once; an interrupted measurement goes on with `resume`.
 */
export async function measureVerdicts(options: VerdictsOptions): Promise<Verdict[]> {
  const { stage, rounds } = options;
  if (!options.resume) await JOURNAL.clear();
  const at = await commit();
  const known = (await JOURNAL.read()).filter((one) => one.stage === stage && one.commit === at);
  const requestOf = await requests(options);
  const verdicts = [...known];
  for (let round = 0; round < rounds; round += 1) {
    for (const question of QUESTIONS) {
      if (verdicts.filter((one) => one.question === question).length > round) continue;
      const unchanged = verdicts.find((one) => one.question === 'A')?.appMicros;
      const result = await check(
        await chooseRuntime('native', null),
        await requestOf(question, `${question}, ${round + 1} of ${rounds}`, unchanged),
      );
      const verdict = verdictOf(stage, question, result);
      await JOURNAL.note(verdict);
      verdicts.push(verdict);
    }
  }
  return verdicts;
}

type RequestOf = (question: Question, what: string, unchangedMicros?: number) => Promise<CheckRequest>;

/** As `pnpm stage N check` asks, but for which version is checked. */
async function requests({ stage, signal, onProgress }: VerdictsOptions): Promise<RequestOf> {
  const file = await readStage(stage);
  const baseline = await readBaseline(stage, file);
  const floor = await floorOf(stage);
  const made = new Map<Question, string>();
  const slower = async (percent: Question, unchangedMicros?: number): Promise<string> => {
    if (unchangedMicros === undefined) throw new Error('nobody knows yet what an unchanged request takes');
    const micros = (unchangedMicros * Number(percent)) / 100;
    const root = made.get(percent) ?? (await slowerVersion(`slower-${percent}-${stage}`, micros, signal));
    made.set(percent, root);
    return root;
  };
  return async (question, what, unchangedMicros) => {
    const common: CommonRequest = {
      stage,
      scenario: file.facts.scenario,
      floor,
      signal,
      onProgress: (progress) => onProgress(`${what}: ${progress}`),
    };
    const version = againstVersion(common, ROOT, 'the unchanged version');
    const recorded = againstBaseline(common, baseline);
    if (question === 'A') return version;
    if (question === 'baseline') return recorded;
    const root = await slower(question, unchangedMicros);
    const asked = question === '15' ? recorded : version;
    const slowed = asked.contenders.map((one) => (one.role === 'this' ? { ...one, root } : one));
    return { ...asked, contenders: slowed };
  };
}

function verdictOf(stage: number, question: Question, result: Check): Verdict {
  const { verdict, why, cpu, throughput, runs, seconds, provenance, sides } = result;
  if (sides.this === undefined)
    throw new Failure(`A check of stage ${stage} measured nothing.`, {
      where: why.join('; ') || 'no reason was given',
      next: `\`pnpm stage ${stage} up\`, and see what stands in its way.`,
    });
  return {
    stage,
    question,
    right: verdict === RIGHT[question],
    verdict,
    why,
    cpu,
    throughput,
    runs,
    seconds,
    appMicros: sides.this.appMicros,
    machine: provenance.machine,
    commit: provenance.commit,
    startedAt: provenance.startedAt,
  };
}
