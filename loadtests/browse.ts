// What one person does: opens the shop, looks through it, picks a show, studies the seats, perhaps buys, perhaps
// gives the tickets back. Between two clicks they think, so a hundred users are few requests per second.

import { sleep } from 'k6';
import { optionsFor } from './lib/options.ts';
import { visits } from './lib/play.ts';
import { cancel, list, ownPurchase, page, poster, script, seatMap, send, settle, show } from './lib/steps.ts';

export { handleSummary, setup } from './lib/run.ts';

// A visit takes about 10 s, most of it thinking.
export const options = optionsFor(15);

/** One to three seconds, differing from visit to visit and yet the same in every run. */
function think(iteration: number): void {
  sleep(1 + ((iteration * 0.7548776662466927) % 1) * 2);
}

export default visits((visit) => {
  page(visit);
  script(visit);
  list(visit);
  poster(visit);
  think(visit.iteration);
  show(visit);
  think(visit.iteration + 1);
  seatMap(visit);
  think(visit.iteration + 2);
  if (visit.ordinal % 5 !== 0) return;
  // The cursor over free seats counts purchases, and only every fifth visit makes one.
  const purchase = ownPurchase({ ...visit, ordinal: visit.ordinal / 5 }, 'mail');
  const bought = settle(visit, purchase, send(visit, purchase), 201);
  if (bought === null || visit.ordinal % 25 !== 0) return;
  think(visit.iteration + 3);
  cancel(visit, bought);
});
