import { chooseBoxes } from '../drill/choose-boxes.ts';
import type { StageFacts } from '../stage/compose-service.ts';
import { findStage, readStage } from '../stage/stages.ts';

/** A stage that the journey passes. */
export interface Stop {
  readonly stage: number;
  /** The folder's. */
  readonly name: string;
  readonly facts: StageFacts;
  /** Which die in its drill. */
  readonly boxes: readonly string[];
}

/** @throws Failure when there is no such stage. */
export async function stopAt(stage: number): Promise<Stop> {
  const [{ name }, file] = await Promise.all([findStage(stage), readStage(stage)]);
  return { stage, name, facts: file.facts, boxes: chooseBoxes(stage, file, {}) };
}
