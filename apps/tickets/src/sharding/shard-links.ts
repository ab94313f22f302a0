import { createHash, randomUUID } from 'node:crypto';
import { addressIn } from '../links/link-token.ts';
import { stackSecret } from '../links/stack-secret.ts';
import type { MailedLinks } from '../ports.ts';
import type { Shard } from './shard.ts';
import { requestLink } from './shard-sql.ts';
import { ShardUnavailable } from './shard-unavailable.ts';
import type { Shards } from './shards.ts';

/**
 * Links that go the way of all mails: the event of each is written to the outbox of a shard, and a worker signs and mails it.
 * An address has its own shard for that, which counts its links. While that one is away, the next one does.
 */
export function shardLinks({ all, catalogue }: Pick<Shards, 'all' | 'catalogue'>): MailedLinks {
  const secret = stackSecret((statement, values) => catalogue.text(statement, values));

  return {
    async request(email) {
      const values = [randomUUID(), email];
      let unavailable: unknown;
      for (const shard of inOrderOf(email, all())) {
        try {
          const seconds = Number(await shard.text(requestLink, values));
          return seconds === 0 ? 'mailed' : seconds;
        } catch (error) {
          if (!(error instanceof ShardUnavailable)) throw error;
          unavailable = error;
        }
      }
      throw unavailable;
    },
    async addressIn(token) {
      return addressIn(token, await secret());
    },
  };
}

/** The shards, beginning with the address's own. */
function inOrderOf(email: string, shards: readonly Shard[]): readonly Shard[] {
  const hash = createHash('sha256').update(email.toLowerCase()).digest().readUInt32BE();
  const first = hash % shards.length;
  return [...shards.slice(first), ...shards.slice(0, first)];
}
