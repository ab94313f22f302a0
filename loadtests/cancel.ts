// Second thoughts: half of the visitors look for seats, half reserve, and every other buyer gives the seats back at once.
import { play } from './lib/play.ts';
import { cancel, ownPurchase, type Step, seatMap, send, settle } from './lib/steps.ts';

export { handleSummary, options, setup } from './lib/run.ts';

const reserveAndDoubt: Step = (visit) => {
  const purchase = ownPurchase(visit, 'box-office');
  const bought = settle(visit, purchase, send(visit, purchase), 201);
  if (bought !== null && visit.ordinal % 2 === 1) cancel(visit, bought);
};

export default play([
  [50, seatMap],
  [50, reserveAndDoubt],
]);
