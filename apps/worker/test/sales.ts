import { randomUUID } from 'node:crypto';
import type { Reservation } from '@scaling/tickets';
import type { Kafka } from 'kafkajs';
import { SALES } from '../src/topics.ts';

/** A sale as `reserve_to_outbox` writes it. */
export function sale(other: Partial<Reservation> = {}): Reservation {
  return {
    id: randomUUID(),
    token: randomUUID().replaceAll('-', ''),
    showId: 1,
    seats: [1, 2],
    name: 'Ada',
    email: 'ada@example.com',
    ticket: 'mail',
    totalCents: 1000,
    status: 'confirmed',
    createdAt: '2026-11-21T16:41:05.916044+00:00',
    ...other,
  };
}

/** Publishes messages as they are. */
export async function publish(
  kafka: Kafka,
  messages: readonly (Reservation | string)[],
  key?: string,
): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: SALES,
    messages: messages.map((message) => ({
      key: key ?? (typeof message === 'string' ? 'poison' : message.id),
      value: typeof message === 'string' ? message : JSON.stringify(message),
    })),
  });
  await producer.disconnect();
}
