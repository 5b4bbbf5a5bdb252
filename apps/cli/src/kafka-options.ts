import { readFileSync } from 'node:fs';
import { KafkaConnection, TOPIC_PREFIX } from '@mle-smith/adapter-kafka';
import { CliError } from './cli-error.ts';
import type { CliConfig } from './config.ts';
import type { KafkaOptions } from './kafka-commands.ts';

/** How to reach the cluster, by options first and the environment then. Throws a `CliError` that says what is missing or wrong. */
export function connectionOf(options: KafkaOptions, settings: CliConfig['kafka']): KafkaConnection {
  const brokers = options.brokers ?? settings.KAFKA_BROKERS;
  if (brokers === undefined) throw new CliError('brokers_missing', 'no brokers are named; give --brokers HOST:PORT,… or set KAFKA_BROKERS');
  const { KAFKA_CA_FILE: caFile, KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = settings;
  const parsed = KafkaConnection.safeParse({
    brokers: brokers.split(',').map((broker) => broker.trim()),
    tls: caFile === undefined ? settings.KAFKA_TLS === 'true' : { ca: readCertificate(caFile) },
    ...(username === undefined ? {} : { sasl: { mechanism: mechanism ?? 'scram-sha-512', username, password: password ?? '' } }),
  });
  if (parsed.success) return parsed.data;
  throw new CliError(
    'kafka_settings',
    `the settings of Kafka cannot be used: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
  );
}

/** What stands before the name of each topic. */
export function prefixOf(options: KafkaOptions): string {
  return options.topicPrefix ?? TOPIC_PREFIX;
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError('kafka_settings', `the file of KAFKA_CA_FILE cannot be read [file=${file}]`, { cause });
  }
}
