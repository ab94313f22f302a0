import { Counter, Gauge } from 'prom-client';

export const outboxWaiting = new Gauge({
  name: 'tickets_outbox_waiting',
  help: 'Events in the outbox that the relay has not published yet, when it last looked (100,000 stands for more)',
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

/** Since when the first message of a partition has been tried in vain, by `performance.now()`. */
export const stuckSince = new Map<string, number>();

export const stuck = new Gauge({
  name: 'tickets_queue_stuck_seconds',
  help: 'For how long the message of a group that has waited longest has been tried in vain',
  labelNames: ['group'],
  aggregator: 'max',
  collect() {
    this.reset();
    const now = performance.now();
    const longest = new Map<string, number>();
    for (const [key, since] of stuckSince) {
      const [group = ''] = key.split('/');
      longest.set(group, Math.max(longest.get(group) ?? 0, (now - since) / 1000));
    }
    for (const [group, seconds] of longest) this.set({ group }, seconds);
  },
});

export const mailServerRefuses = new Gauge({
  name: 'tickets_mail_server_refuses',
  help: '1 while the mail server refuses every mail, or seems to: nothing is put aside then',
  aggregator: 'max',
});

export const deadWaiting = new Gauge({
  name: 'tickets_dead_letters_waiting',
  help: 'Dead letters at the broker that were not sent again: `redrive` does. Told by the worker that has the first partition',
  aggregator: 'max',
});

export const deadLetters = new Counter({
  name: 'tickets_dead_letters_total',
  help: 'Messages put aside because no attempt could deal with them',
});

/** What the worker did about a message that asks for a mail. */
export const mails = new Counter({
  name: 'tickets_mails_total',
  help: 'Tickets sent, known to be sent already, not sent because they were cancelled, or found at the mail server after an attempt whose end is unknown; notices of a cancellation',
  labelNames: ['outcome'],
});
