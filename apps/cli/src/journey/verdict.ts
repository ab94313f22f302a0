import { EXIT, type ExitCode } from '../failure.ts';
import type { Journey, JourneyStage, Step } from './record.ts';

/** The gain of a step at the low end of its 95 % interval: above 1 it is one. */
function leastGain(step: Step): number {
  const [least] =
    step.gain === 'capacity' ? step.comparison.capacity.interval : step.comparison.gain.p50.interval;
  return least;
}

/** What a valid stage lacks: a step that helps, a drill that lost nothing. Empty: it holds. */
export function shortfalls({ stage, step, drill }: JourneyStage): readonly string[] {
  return [
    ...(step !== null && leastGain(step) <= 1 ? [`no better than stage ${stage - 1}`] : []),
    ...(drill.verdict === 'falls short' ? drill.faults.map((fault) => `drill: ${fault}`) : []),
  ];
}

/** 0: all valid, and every step helps; 1: one falls short; 2: one is void. */
export function exitOf({ stages, valid }: Journey): ExitCode {
  if (!valid) return EXIT.couldNotRun;
  return stages.every((stage) => shortfalls(stage).length === 0) ? EXIT.holds : EXIT.fallsShort;
}
