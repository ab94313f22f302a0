import { countLink } from '../metrics.ts';
import type { Overview, Show, Shows, ShowTakings, Takings } from '../ports.ts';
import { bearerOf } from './bearer.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problem.ts';
import * as operations from './reservation-operations.ts';
import type { Routes } from './routes.ts';
import { linkRequest } from './schemas.ts';

const TOP_SHOWS = 10;

/**
 * POST /reservations/link mails a link to a buyer. GET /reservations answers the buyer's reservations to that link. GET
 * /reservations/report answers the best-selling shows and the revenue, to the shop itself alone. The last two ask all shards:
 * one that is away leaves a gap, which the answer names in `missing`.
 */
export function overviewRoutes(routes: Routes, parts: { overview: Overview; shows: Shows }): void {
  const { overview, shows } = parts;

  routes.add('post', '/reservations/link', operations.mailLink, async (req, res) => {
    const wanted = linkRequest.safeParse(await jsonBody(req));
    if (!wanted.success) throw new Problem(400, 'invalid', 'An e-mail address is needed.');
    const outcome = await overview.links.request(wanted.data.email);
    countLink(outcome === 'mailed' ? 'mailed' : 'limited');
    if (outcome !== 'mailed')
      throw new Problem(
        429,
        'too-many-links',
        'Links were mailed to this address a moment ago.',
        {},
        outcome,
      );
    res.statusCode = 202;
    res.setHeader('Cache-Control', 'no-store');
    res.end();
  });

  routes.add('get', '/reservations', operations.ofBuyer, async (req, res) => {
    const token = bearerOf(req);
    const email = token === undefined ? null : await overview.links.addressIn(token);
    if (email === null)
      throw new Problem(
        401,
        'no-link',
        'The link that was mailed to you is needed, and is good for a quarter of an hour.',
        {
          detail: 'POST /reservations/link with your e-mail address has a new one mailed.',
        },
      );
    const { found, missing } = await overview.ofBuyer(email);
    res.setHeader('Cache-Control', 'private, no-store');
    res.json({ reservations: found, missing });
  });

  routes.addInternal('/reservations/report', async (_req, res) => {
    const [{ found, missing }, list] = await Promise.all([overview.takings(), shows.list()]);
    res.setHeader('Cache-Control', 'no-store');
    res.json({ ...report(found, JSON.parse(list) as Show[]), missing });
  });
}

/** Brings the shards' lines together: the best of all, and sums per currency, for there is no sum over currencies. */
function report(lines: readonly ShowTakings[], list: readonly Show[]) {
  const shows = new Map(list.map((show) => [show.id, show]));
  const sums = new Map<string, Takings>();
  for (const line of lines) {
    const currency = shows.get(line.showId)?.currency ?? 'unknown';
    const sum = sums.get(currency) ?? { reservations: 0, seats: 0, revenueCents: 0 };
    sums.set(currency, {
      reservations: sum.reservations + line.reservations,
      seats: sum.seats + line.seats,
      revenueCents: sum.revenueCents + line.revenueCents,
    });
  }
  const top = [...lines].sort((one, other) => other.seats - one.seats || one.showId - other.showId);
  return {
    topShows: top.slice(0, TOP_SHOWS).map((line) => {
      const { title, artist, currency } = shows.get(line.showId) ?? {};
      return { ...line, title, artist, currency };
    }),
    totals: [...sums].map(([currency, sum]) => ({ currency, ...sum })),
  };
}
