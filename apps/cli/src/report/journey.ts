import Table from 'cli-table3';
import type { Drill } from '../drill/drill.ts';
import { GROUPS } from '../drill/outcome.ts';
import type { Journey, JourneyStage, Step } from '../journey/record.ts';
import { tookText } from '../journey/report/wording.ts';
import { shortfalls } from '../journey/verdict.ts';
import { colour } from './colour.ts';
import { limiterText } from './limiter-text.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { head, PLAIN, percent } from './table.ts';

/** The whole way in a table, a stage a row, and below it what is void or falls short. */
export function renderJourney(journey: Journey): string {
  const { stages, recipe, valid } = journey;
  const table = new Table({
    ...PLAIN,
    ...head('stage', 'users', 'gain', 'both at', 'P50', 'P95', 'throughput', 'fullest box', 'hangs on', ''),
  });
  for (const stage of stages) table.push(row(stage));
  const findings = stages.flatMap((stage) =>
    [...stage.why.map((reason) => `void: ${reason}`), ...shortfalls(stage)].map(
      (finding) => `  stage ${stage.stage}  ${finding}`,
    ),
  );
  const [provenance] = stages.map((stage) => stage.provenance);
  return [
    String(table),
    '',
    colour('dim', 'gain: of the throughput (×) or the waiting time (÷), with its 95 % interval; P50, P95,'),
    colour('dim', 'fullest box: stage before → this one; hangs on: single points of failure'),
    '',
    ...(findings.length === 0 ? [] : [...findings, '']),
    `${recipe}, ${stages.length} stages in ${tookText(journey)}${provenance === undefined ? '' : `; ${provenance.runtime}, limiter ${limiterText(provenance.limiter)}; ${provenance.machine}; commit ${provenance.commit}; k6 ${provenance.k6}`}`,
    valid ? 'valid' : 'VOID',
    '',
  ].join('\n');
}

function row(stage: JourneyStage): string[] {
  const { step, bottleneck, bottleneckBefore } = stage;
  return [
    `${stage.stage} ${stage.title}`,
    stage.users,
    step === null ? '–' : gain(step),
    ...(step === null ? ['–', '–', '–'] : latencies(step)),
    perSecond(throughput(stage)),
    [bottleneckBefore, bottleneck].flatMap((box) => (box === null ? [] : [fullness(box)])).join(' → '),
    hangsOn(stage.drill),
    stage.valid ? '' : colour('red', 'VOID'),
  ];
}

function gain(step: Step): string {
  if (step.gain === 'capacity') {
    const { ratio, interval } = step.comparison.capacity;
    return `× ${ratio.toFixed(2)} (${interval.map((end) => end.toFixed(2)).join(' – ')})`;
  }
  const { ratio, interval } = step.comparison.gain.p50;
  return `÷ ${ratio.toFixed(1)} (${interval.map((end) => end.toFixed(1)).join(' – ')})`;
}

function latencies({ comparison: { latency } }: Step): string[] {
  return [
    perSecond(latency.rate),
    `${milliseconds(latency.previous.p50Ms)} → ${milliseconds(latency.this.p50Ms)}`,
    `${milliseconds(latency.previous.p95Ms)} → ${milliseconds(latency.this.p95Ms)}`,
  ];
}

/** As the comparison found it, else the most of the ladder. */
function throughput({ step, ladder }: JourneyStage): number {
  return step?.gain === 'capacity'
    ? step.comparison.capacity.this.rps
    : Math.max(0, ...ladder.map((rung) => rung.this.rps));
}

function fullness({ box, share }: NonNullable<JourneyStage['bottleneck']>): string {
  return `${box} ${percent(share)}`;
}

/** `lb, db (writes)`: without that box nothing is answered, or no write. */
function hangsOn({ singlePointsOfFailure, boxes }: Drill): string {
  const asked = GROUPS.filter((group) => boxes.some(({ groups }) => groups[group] !== undefined));
  const words = singlePointsOfFailure.map(({ box, of }) =>
    of.length === asked.length ? box : `${box} (${of.join(', ')})`,
  );
  return words.length === 0 ? '–' : words.join(', ');
}
