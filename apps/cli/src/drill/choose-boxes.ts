import { Failure } from '../failure.ts';
import { suggestion } from '../nearest.ts';
import type { ComposeFile } from '../stage/compose-service.ts';

/**
 * The boxes of a stage that a drill kills, in the order of its compose.yaml: all but the load generator. Instances of
 * one service are alike, so one of them is enough unless `all` is asked for.
 *
 * @throws Failure when the named one is none of them.
 */
export function chooseBoxes(
  stage: number,
  { services }: ComposeFile,
  wanted: { readonly box?: string; readonly all?: boolean },
): string[] {
  const served = Object.values(services).filter((service) => service.labels['scaling.kind'] !== 'load');
  const instances = served.map(({ name, scale, scalable }) =>
    scalable ? Array.from({ length: scale }, (_, index) => `${name}-${index + 1}`) : [name],
  );
  const names = instances.flat();
  if (wanted.box === undefined) return wanted.all ? names : instances.flatMap(([first]) => first ?? []);
  if (names.includes(wanted.box)) return [wanted.box];
  if (wanted.box in services && services[wanted.box]?.labels['scaling.kind'] === 'load') {
    throw new Failure(`"${wanted.box}" makes the load: without it nobody would notice anything.`, {
      next: `Boxes to kill: ${names.join(', ')}.`,
    });
  }
  throw new Failure(`Stage ${stage} runs no box "${wanted.box}".`, { next: suggestion(wanted.box, names) });
}
