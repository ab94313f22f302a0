/** What the stages' `relay.ts` and `worker.ts` name. */
export { broker } from './broker.ts';
export { countSales } from './count-sales.ts';
export { mailTickets } from './mail-tickets.ts';
export { relay } from './relay.ts';
