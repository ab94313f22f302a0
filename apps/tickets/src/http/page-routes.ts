import { log } from '../log.ts';
import { countMissingPart } from '../metrics.ts';
import type { JsonText, Reservations, Sales, Store } from '../ports.ts';
import { within } from '../within.ts';
import { notFound, Problem } from './problem.ts';
import type { ReadAfter } from './read-after.ts';
import type { Routes } from './routes.ts';
import { showPage } from './show-operations.ts';
import { showOf } from './show-routes.ts';

/** A part that takes longer is left out: half a page now is better than a whole one that nobody waits for. */
const PART_LIMIT_MS = 800;

const NOBODY_COUNTS = Promise.resolve('[]' as JsonText);

export interface PageParts extends Pick<Store, 'shows'> {
  readonly reservations: Pick<Reservations, 'seatMap'>;
  readonly sales: Sales | undefined;
}

/**
 * GET /pages/shows/:id: all that the page of a show needs, from whoever has it. The parts are asked at the same time,
 * each has its own limit, and what is not there in time is null and named in `missing`. Only where nothing at all came
 * there is no page.
 */
export function pageRoutes(
  routes: Routes,
  { shows, reservations, sales }: PageParts,
  { optionsOf }: ReadAfter,
): void {
  routes.add('get', '/pages/shows/:id', showPage, async (req, res) => {
    const id = showOf(req.params.id);
    const { after } = optionsOf(req);
    const [show, seats, selling] = await Promise.all([
      inTime('show', shows.find(id, { after })),
      inTime('seats', reservations.seatMap(id, { after })),
      inTime('selling', sales?.sellingFast() ?? NOBODY_COUNTS),
    ]);
    if (show === 'missing' && seats === 'missing')
      throw new Problem(503, 'unavailable', 'The shop cannot answer this now; try again.');
    // Whoever answers knows whether the show exists; the other one may be away.
    if (show === null || seats === null) throw notFound('show');
    const missing = Object.entries({ show, seats, selling })
      .filter(([, part]) => part === 'missing')
      .map(([name]) => name);
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.setHeader('Cache-Control', 'private, no-cache');
    // The parts are JSON already: they pass through unparsed.
    res.end(
      `{"show":${text(show)},"seats":${text(seats)},"selling":${text(selling)},"missing":${JSON.stringify(missing)}}`,
    );
  });
}

async function inTime(name: string, part: Promise<JsonText | null>): Promise<JsonText | null | 'missing'> {
  try {
    return await within(PART_LIMIT_MS, part, `${name} did not come`);
  } catch (error) {
    log.warn({ err: error, part: name }, 'a page goes out without a part');
    countMissingPart(name);
    return 'missing';
  }
}

function text(part: JsonText | 'missing' | null): string {
  return part === 'missing' || part === null ? 'null' : part;
}
