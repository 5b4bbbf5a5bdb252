import kafkajs, { type Kafka, type KafkaConfig, type RetryOptions } from 'kafkajs';
import { z } from 'zod';
import { registerCodecs } from './codecs/register.ts';
import type { ClientWarning } from './observer.ts';
import { applyRefusalShim } from './refusal-shim.ts';
import { saslOf } from './sasl.ts';
import { applyTimerShim } from './timer-shim.ts';
import { applyUnpackingShim } from './unpacking.ts';

/** How to reach a cluster. */
export const KafkaConnection = z.object({
  /** `host:port` of some brokers. */
  brokers: z.array(z.string().regex(/^[^\s:]+:\d+$|^\[[0-9a-f:]+\]:\d+$/i, 'host:port is needed')).min(1),
  /** Encryption: true for the authorities of the system, or PEM texts. */
  tls: z.union([z.boolean(), z.object({ ca: z.string().exactOptional(), cert: z.string().exactOptional(), key: z.string().exactOptional() })]).default(false),
  sasl: z.object({ mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']), username: z.string().min(1), password: z.string() }).exactOptional(),
});
export type KafkaConnection = z.infer<typeof KafkaConnection>;

/** First try again after 0.3 s, then twice as long each time, up to 5 s: about 20 s in all. */
export const RETRY = { initialRetryTime: 300, multiplier: 2, factor: 0.2, maxRetryTime: 5_000, retries: 6 } as const;

/** A kafkajs client with the shims of this room; what it warns of goes to `warn`. `retry` is how it tries again, as `RETRY` says by default. */
export function createClient(connection: KafkaConnection, clientId: string, warn: (warning: ClientWarning) => void, retry: RetryOptions = RETRY): Kafka {
  applyTimerShim();
  applyUnpackingShim();
  applyRefusalShim();
  registerCodecs();
  const config: KafkaConfig = {
    clientId,
    brokers: [...connection.brokers],
    ssl: connection.tls,
    connectionTimeout: 5_000,
    authenticationTimeout: 10_000,
    requestTimeout: 30_000,
    // Said out loud: the defaults of kafkajs differ where NODE_ENV is test.
    retry,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => {
      const { message, timestamp: _time, logger: _logger, stack: _stack, ...details } = entry.log;
      warn({ level: entry.level === kafkajs.logLevel.WARN ? 'warn' : 'error', message, details });
    },
  };
  return new kafkajs.Kafka(connection.sasl === undefined ? config : { ...config, sasl: saslOf(connection.sasl) });
}
