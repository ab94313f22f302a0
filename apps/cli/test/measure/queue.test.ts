import { expect, it } from 'vitest';
import { readQueue } from '../../src/measure/queue.ts';

const relay = (waiting: number) => `tickets_outbox_waiting{database="db-reservations"} ${waiting}\n`;
const worker = (...partitions: number[]) =>
  [
    'tickets_queue_partitions{group="mail"} 2',
    ...partitions.map((lag, index) => `tickets_queue_lag{group="mail",partition="${index}"} ${lag}`),
  ].join('\n');

it('adds up what the relay and the workers have yet to do', () => {
  expect(readQueue([relay(3), worker(4, 5)])).toEqual({ outbox: 3, lag: 9, dead: 0, whole: true });
});

it('knows when nobody speaks for a partition, or for the outbox', () => {
  expect(readQueue([relay(0), worker(0)]).whole).toBe(false);
  expect(readQueue([worker(0, 0)]).whole).toBe(false);
  expect(readQueue([relay(0), '']).whole).toBe(false);
});

it('counts what was put aside', () => {
  const metrics = ['tickets_dead_letters_total 2\n', 'tickets_dead_letters_total 1\n'];
  expect(readQueue(metrics).dead).toBe(3);
});
