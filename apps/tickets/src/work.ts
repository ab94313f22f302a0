/** What the worker (apps/worker) is built of besides what the stages name. */
export type { Mailer } from './delivery/mailer.ts';
export { ticketMessageId } from './delivery/ticket-message-id.ts';
export { flushLog, log } from './log.ts';
export { delivered } from './metrics.ts';
export { within } from './within.ts';
