import type { Delivery } from '../ports.ts';

/** The sale has written its event (`outbox`), and the worker delivers: nothing is left to do while the buyer waits. */
export const queuedDelivery: Delivery = { deliver: async () => 'done' };
