import { readFile } from 'node:fs/promises';
import { KafkaConnection } from '@mle-smith/adapter-kafka';
import { ConfigurationError } from '../config.ts';
import type { ConfigOf, KAFKA_SETTINGS } from '../settings.ts';

/** How to reach Kafka; who names a user logs in, by SCRAM-SHA-512 where nothing else is said. Throws `ConfigurationError`. */
export async function kafkaConnection(config: ConfigOf<typeof KAFKA_SETTINGS>): Promise<KafkaConnection> {
  const { kafkaBrokers: brokers, kafkaTls, kafkaCaFile, kafkaSaslMechanism: mechanism = 'scram-sha-512', kafkaUsername: username, kafkaPassword } = config;
  if ((username === undefined) !== (kafkaPassword === undefined)) throw new ConfigurationError(['KAFKA_USERNAME: a user and KAFKA_PASSWORD belong together']);
  const parsed = KafkaConnection.safeParse({
    brokers,
    tls: kafkaCaFile === undefined ? kafkaTls : { ca: await certificate(kafkaCaFile) },
    ...(username === undefined ? {} : { sasl: { mechanism, username, password: kafkaPassword } }),
  });
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(parsed.error.issues.map(({ path, message }) => `KAFKA_BROKERS: ${path.join('.')}: ${message}`));
}

function certificate(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError([`KAFKA_CA_FILE: the file cannot be read [path=${path}, reason=${error.code ?? ''}]`]);
  });
}
