import type { Drill } from '../drill/drill.ts';
import { assemble } from './assemble.ts';
import { inLanes } from './lanes.ts';
import type { Measured } from './measure-stage.ts';
import type { Journey } from './record.ts';
import type { Stop } from './stop.ts';
import { begin, type Trip, type TripPlan } from './trip.ts';

/** Who does the measuring. */
export interface Crew {
  measure(
    stop: Stop,
    how: { readonly budgetSeconds: number; readonly onProgress: (what: string) => void },
  ): Promise<Measured>;
  /** `others`: further stages are drilled at the same time. */
  drill(
    stop: Stop,
    how: { readonly others: boolean; readonly onProgress: (what: string) => void },
  ): Promise<Drill>;
}

export interface TravelRequest extends TripPlan {
  readonly crew: Crew;
  readonly onProgress: (what: string) => void;
}

/**
 * Passes all stops: first each beside the stage before it, alone on the machine; then the drills, several at once, for
 * they wait most of the time. What is void by then is done once more where the time allows, which is known for sure only
 * when all else is done. Each part is in the journal as soon as it is known.
 */
export async function travel(request: TravelRequest): Promise<Journey> {
  const { stops, recipe } = request;
  const startedAt = new Date().toISOString();
  const trip = begin(request);
  for (const stop of stops) if (trip.partsOf(stop).measured === null) await measure(request, trip, stop);
  await drillAll(
    request,
    trip,
    stops.filter((stop) => trip.partsOf(stop).drill === null),
  );
  await repeatVoid(request, trip);
  const stages = stops.map((stop) => {
    const { measured, drill } = trip.partsOf(stop);
    if (measured === null || drill === null) throw new Error(`stage ${stop.stage} was passed by`);
    return assemble(stop, { measured, drill });
  });
  const valid = stages.every((stage) => stage.valid);
  return { recipe: recipe.name, startedAt, seconds: trip.elapsed(), valid, stages };
}

async function measure(request: TravelRequest, trip: Trip, stop: Stop): Promise<void> {
  const { stops, crew, onProgress } = request;
  const name = `stage ${stop.stage} (${stops.indexOf(stop) + 1} of ${stops.length})`;
  onProgress(`${name}: ${subject(stop)}; ${roughly(trip.rest())} to go`);
  const how = {
    budgetSeconds: trip.allowance(stop),
    onProgress: (what: string) => onProgress(`  ${what}`),
  };
  const measured = await trip.time(() => crew.measure(stop, how));
  await trip.note(stop, { measured });
  const [reason] = measured.result.why;
  if (reason !== undefined) onProgress(`${name}: void, ${reason}`);
}

async function drillAll(request: TravelRequest, trip: Trip, stops: readonly Stop[]): Promise<void> {
  if (stops.length === 0) return;
  const { recipe, onProgress } = request;
  const numbers = stops.map(({ stage }) => stage).join(', ');
  onProgress(`drill of stage ${numbers}: each box dies in turn; ${roughly(trip.rest())} to go`);
  // The longest first, so that it is not what the others wait for in the end.
  const order = stops.toSorted((one, other) => other.boxes.length - one.boxes.length);
  await inLanes(order, recipe.drill.lanes, (stop) => drill(request, trip, stop, stops.length > 1));
}

async function drill(
  { crew, onProgress }: TravelRequest,
  trip: Trip,
  stop: Stop,
  others: boolean,
): Promise<void> {
  const how = { others, onProgress: (what: string) => onProgress(`  stage ${stop.stage}: ${what}`) };
  await trip.note(stop, { drill: await trip.time(() => crew.drill(stop, how)) });
}

/** Drills first, each by itself: they are the shorter ones. */
async function repeatVoid(request: TravelRequest, trip: Trip): Promise<void> {
  const { stops, onProgress } = request;
  for (const stop of stops) {
    const first = trip.partsOf(stop).drill;
    if (first?.result.verdict !== 'void') continue;
    const again = first.seconds <= trip.spare();
    const reason = `drill of stage ${stop.stage}: void, ${first.result.why[0]}`;
    onProgress(`${reason}${again ? '; once more, by itself' : ''}`);
    if (again) await drill(request, trip, stop, false);
  }
  for (const stop of stops) {
    const first = trip.partsOf(stop).measured;
    const [reason] = first?.result.why ?? [];
    if (first === null || reason === undefined || first.seconds > trip.spare()) continue;
    onProgress(`stage ${stop.stage} was void, ${reason}: once more`);
    await measure(request, trip, stop);
  }
}

function subject({ stage, facts }: Stop): string {
  const beside = stage === 1 ? 'alone' : `beside stage ${stage - 1}`;
  return `${facts.title}, ${beside}, under ${facts.scenario}`;
}

function roughly(seconds: number): string {
  return seconds < 90 ? `about ${Math.round(seconds)} s` : `about ${Math.round(seconds / 60)} min`;
}
