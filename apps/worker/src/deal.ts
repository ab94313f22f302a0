import type { KafkaMessage } from 'kafkajs';
import { type Event, eventIn } from './event.ts';
import { isHopeless } from './handling-error.ts';

/** A message, and what it tells of; an Error: it cannot be read. */
export interface Letter {
  readonly message: KafkaMessage;
  readonly event: Event | Error;
}

export interface Dealing {
  /** Deals with all of them. Each may come more than once. */
  handle(events: readonly Event[]): Promise<void>;
  /** Takes a message that no attempt can deal with. */
  putAside(message: KafkaMessage, reason: Error): Promise<void>;
}

export function letterOf(message: KafkaMessage): Letter {
  try {
    return { message, event: eventIn(message.value) };
  } catch (error) {
    return { message, event: error as Error };
  }
}

/**
 * Deals with letters in their order. Those that no attempt can deal with are put aside, each alone: a batch with such a
 * letter is halved until it is found. Rejects for what is temporary; then the whole is dealt with again.
 */
export async function deal(letters: readonly Letter[], dealing: Dealing): Promise<void> {
  const readable: Readable[] = [];
  for (const { message, event } of letters) {
    if (event instanceof Error) await dealing.putAside(message, event);
    else readable.push({ message, event });
  }
  await attempt(readable, dealing);
}

interface Readable {
  readonly message: KafkaMessage;
  readonly event: Event;
}

async function attempt(letters: readonly Readable[], dealing: Dealing): Promise<void> {
  const [first] = letters;
  if (first === undefined) return;
  try {
    await dealing.handle(letters.map(({ event }) => event));
  } catch (error) {
    if (!isHopeless(error)) throw error;
    if (letters.length === 1) return await dealing.putAside(first.message, error);
    const half = Math.ceil(letters.length / 2);
    await attempt(letters.slice(0, half), dealing);
    await attempt(letters.slice(half), dealing);
  }
}
