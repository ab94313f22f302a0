import type { BrokerSignIn } from '@scaling/tickets';
import type { KafkaConfig } from 'kafkajs';
import { taskCredentials } from './credentials.ts';
import { brokerToken } from './token.ts';

/** How a client shows who it is, to a broker that lets in whom IAM names; each connection with a token of its own. */
export function signIn({ region, credentialsUrl }: BrokerSignIn): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return {
    ssl: true,
    sasl: {
      mechanism: 'oauthbearer',
      oauthBearerProvider: async () => ({
        value: brokerToken(region, await taskCredentials(credentialsUrl)),
      }),
    },
  };
}
