/** What the stages' `app.ts` name. */
export {
  type App,
  createApp,
  createProbes,
  createReservations,
  createShows,
  type Parts,
  type ShowsParts,
} from './app.ts';
export { inlineDelivery } from './delivery/inline-delivery.ts';
export { mailer } from './delivery/mailer.ts';
export { queuedDelivery } from './delivery/queued-delivery.ts';
export { type BrokerSignIn, type Environment, environment } from './environment.ts';
export * from './feed/index.ts';
export type * from './ports.ts';
export { serve } from './serve.ts';
export { gather } from './sharding/gather.ts';
export { prepareCatalogue } from './sharding/prepare-shards.ts';
export { eachShard, shards } from './sharding/shards.ts';
export * from './stores/index.ts';
