import { Counter, Gauge } from 'prom-client';

export const outboxWaiting = new Gauge({
  name: 'tickets_outbox_waiting',
  help: 'Events that the relay found in the outbox when it last looked, and has not published yet (500 stands for more)',
  labelNames: ['database'],
});

export const published = new Counter({
  name: 'tickets_outbox_published_total',
  help: 'Events that the relay published',
  labelNames: ['database'],
});

/** What sets the lag anew before it is read. */
export const beforeLag = new Set<() => Promise<void>>();

export const lag = new Gauge({
  name: 'tickets_queue_lag',
  help: 'Messages of a partition that this worker has yet to deal with',
  labelNames: ['group', 'partition'],
  async collect() {
    await Promise.all([...beforeLag].map((show) => show()));
  },
});

export const partitionCount = new Gauge({
  name: 'tickets_queue_partitions',
  help: 'Partitions that the group has among its members',
  labelNames: ['group'],
  aggregator: 'max',
});

export const retries = new Counter({
  name: 'tickets_queue_retries_total',
  help: 'Attempts that failed and were made again',
  labelNames: ['group'],
});

export const deadLetters = new Counter({
  name: 'tickets_dead_letters_total',
  help: 'Messages put aside because no attempt could deal with them',
});

/** What the worker did about a message that asks for a mail. */
export const mails = new Counter({
  name: 'tickets_mails_total',
  help: 'Mails sent, known to be sent already, or found at the mail server after an attempt whose end is unknown',
  labelNames: ['outcome'],
});
