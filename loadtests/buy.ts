// Purchases only, and everything buyers do wrong: they want seats that are gone, they press the button twice, and two
// of them want the same seats at the same moment.
import http from 'k6/http';
import { visits } from './lib/play.ts';
import { buy, ownPurchase, purchaseRequest, send, settle, type Visit } from './lib/steps.ts';

export { handleSummary, options, setup } from './lib/run.ts';

/** Buys, then wants the very same seats as somebody else: refused. */
function tooLate(visit: Visit): void {
  const first = ownPurchase(visit, 'mail');
  settle(visit, first, send(visit, first), 201);
  const second = { ...first, key: `${first.key}-late` };
  settle(visit, second, send(visit, second), 409);
}

/** Presses the button twice: the same key gets the same answer. */
function twice(visit: Visit): void {
  const purchase = ownPurchase(visit, 'mail');
  settle(visit, purchase, send(visit, purchase), 201);
  settle(visit, purchase, send(visit, purchase), 200);
}

/** Two buyers, the same seats, at the same moment: one gets them, the other is refused. */
function race(visit: Visit): void {
  const one = ownPurchase(visit, 'mail');
  const other = { ...one, key: `${one.key}-rival` };
  const sentAt = Date.now();
  const [first, second] = http.batch([purchaseRequest(visit, one), purchaseRequest(visit, other)]);
  if (first === undefined || second === undefined) throw new Error('k6 answers every request of a batch');
  const oneWon = first.status === 201;
  settle(visit, one, { answer: first, sentAt }, oneWon ? 201 : 409);
  settle(visit, other, { answer: second, sentAt }, oneWon ? 409 : 201, '-rival');
}

export default visits((visit) => {
  if (visit.ordinal % 20 === 19) twice(visit);
  else if (visit.ordinal % 10 === 4) tooLate(visit);
  else if (visit.ordinal % 10 === 7) race(visit);
  else buy(visit);
});
