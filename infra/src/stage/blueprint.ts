import { recordedJourney } from '@scaling/cli/journey/figures/recorded';
import type { Journey } from '@scaling/cli/journey/record';
import type { StageFacts } from '@scaling/cli/stage/compose-service';
import { regionsOf } from '@scaling/cli/stage/regions';
import { readStage, type Stage } from '@scaling/cli/stage/stages';
import { type Box, boxesOf } from './box.ts';
import { type Link, linksOf } from './links.ts';
import { type Routing, routingOf } from './paths.ts';

/** All that is known of a stage before it is put anywhere. */
export interface Blueprint {
  readonly stage: Stage;
  readonly project: string;
  readonly facts: StageFacts;
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  /** By the names that the stage gives them, home first. */
  readonly regions: readonly string[];
  /** Of each load balancer. */
  readonly routing: ReadonlyMap<string, Routing>;
  /** The box that the recorded journey found full, and how full; null: there is no record of this stage. */
  readonly fullest: { readonly box: string; readonly share: number } | null;
  /** The stage promises to go on when a database dies: it has one that can take over, or one before it had. */
  readonly survivesLoss: boolean;
}

/** The home region of a stage that names none. */
const HOME = 'us';

/** What a blueprint takes of all stages together. */
export interface AllStages {
  readonly journey: Journey | null;
  /** The first stage that has a replica; infinity: none has. */
  readonly firstWithReplica: number;
}

export async function readAllStages(stages: readonly Stage[]): Promise<AllStages> {
  return { journey: await recordedJourney(), firstWithReplica: await firstWithReplica(stages) };
}

/** @throws Failure naming what cannot be read, or the box of which nothing can be made. */
export async function blueprintOf(stage: Stage, all: AllStages): Promise<Blueprint> {
  const file = await readStage(stage.number);
  const named = regionsOf(file);
  const regions = named.length === 0 ? [Object.keys(file.facts.regions ?? {})[0] ?? HOME] : named;
  const boxes = boxesOf(file, regions[0] ?? HOME);
  const balancers = boxes.filter(({ kind }) => kind === 'lb');
  const routing = await Promise.all(
    balancers.map(async (box) => [box.name, await routingOf(box, file)] as const),
  );
  const recorded = all.journey?.stages.find((each) => each.stage === stage.number)?.bottleneck ?? null;
  return {
    stage,
    project: file.name,
    facts: file.facts,
    boxes,
    links: linksOf(boxes, file),
    regions,
    routing: new Map(routing),
    fullest: recorded === null ? null : { box: boxNamed(recorded.box, boxes), share: recorded.share },
    survivesLoss: stage.number >= all.firstWithReplica,
  };
}

/** The record names instances, and several alike at once: `app ×3`, `shard-1`, `replica ×2`. */
function boxNamed(recorded: string, boxes: readonly Box[]): string {
  const name = recorded.replace(/ ×\d+$/, '');
  const found =
    boxes.find((box) => box.name === name) ??
    boxes.find((box) => box.service.scalable && name.replace(/-\d+$/, '') === box.name) ??
    boxes.find((box) => box.kind === name);
  return found?.name ?? name;
}

async function firstWithReplica(stages: readonly Stage[]): Promise<number> {
  for (const { number } of stages) {
    const { services } = await readStage(number);
    if (Object.values(services).some(({ labels }) => labels['scaling.kind'] === 'replica')) return number;
  }
  return Number.POSITIVE_INFINITY;
}
