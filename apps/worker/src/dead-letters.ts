import { log, withoutAddresses } from '@scaling/tickets/work';
import type { Kafka, KafkaMessage, Producer } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { deadLetters } from './metrics.ts';
import { DEAD } from './topics.ts';

/** Puts messages aside that nobody can deal with, whole, with the reason beside. */
export function deadLetterBox(kafka: Kafka) {
  let producer: Promise<Producer> | undefined;

  async function connect(): Promise<Producer> {
    const made = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await made.connect();
    return made;
  }

  return {
    async put(message: KafkaMessage, partition: number, reason: Error): Promise<void> {
      producer ??= connect();
      try {
        await (await producer).send({
          topic: DEAD,
          acks: -1,
          messages: [
            {
              key: message.key,
              value: message.value,
              headers: { reason: withoutAddresses(reason.message), from: `${partition}/${message.offset}` },
            },
          ],
        });
      } catch (error) {
        producer = undefined;
        throw error;
      }
      deadLetters.inc();
      log.error({ err: reason, partition, offset: message.offset }, 'a message was put aside');
    },
    async close(): Promise<void> {
      await (await producer)?.disconnect();
    },
  };
}
