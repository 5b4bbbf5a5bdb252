import { createRequire } from 'node:module';
import type { Mechanism } from 'kafkajs';
import type { KafkaConnection } from './connection.ts';
import { isOutOfReach } from './errors.ts';

type Sasl = NonNullable<KafkaConnection['sasl']>;
type Login = Mechanism['authenticationProvider'];

const FILES: Readonly<Record<Sasl['mechanism'], string>> = { plain: 'plain', 'scram-sha-256': 'scram256', 'scram-sha-512': 'scram512' };

/** How kafkajs logs in, so that outages are told as such. */
export function saslOf(sasl: Sasl): Mechanism {
  const login = createRequire(import.meta.url)(`kafkajs/src/broker/saslAuthenticator/${FILES[sasl.mechanism]}.js`) as (sasl: Sasl) => Login;
  return { mechanism: sasl.mechanism, authenticationProvider: tellingOutages(login(sasl)) };
}

/**
 * kafkajs 2.2.4 tells every fault of a login as one that was refused and is not to be tried again, that of a broker too which
 * went away over it. Here the latter stays what it is, so that no password is blamed for it.
 */
export function tellingOutages(login: Login): Login {
  return ({ saslAuthenticate, ...call }) => ({
    async authenticate() {
      let outage: unknown;
      const step: typeof saslAuthenticate = (parts) =>
        saslAuthenticate(parts).catch((error: unknown) => {
          if (isOutOfReach(error)) outage = error;
          throw error;
        });
      try {
        await login({ ...call, saslAuthenticate: step }).authenticate();
      } catch (error) {
        throw outage ?? error;
      }
    },
  });
}
