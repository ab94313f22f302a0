/** What the worker (apps/worker) is built of besides what the stages name. */
export { cancellationMail, cancellationMessageId } from './delivery/cancellation-mail.ts';
export type { Mail, Mailer } from './delivery/mailer.ts';
export { ShowGone } from './delivery/show-of.ts';
export { ticketMessageId } from './delivery/ticket-message-id.ts';
export { linkMail, linkMessageId } from './links/link-mail.ts';
export { stackSecret } from './links/stack-secret.ts';
export { flushLog, log, withoutAddresses } from './log.ts';
export { delivered } from './metrics.ts';
export { openGround } from './sharding/open-ground.ts';
export { type Pool, pool } from './stores/pool.ts';
export { reservationJson } from './stores/sql.ts';
export { within } from './within.ts';
