import type { KafkaConnection } from '@mle-smith/adapter-kafka';
import { KAFKA_SETTINGS, kafkaConnection, readConfig } from '@mle-smith/service';
import type { KafkaOptions } from '../cluster-commands.ts';
import type { Surroundings } from '../surroundings.ts';

/** Where Kafka is, and what names of topics begin with: by options first, and as services read it then. Throws `ConfigurationError`. */
export async function kafkaPlace({ brokers, topicPrefix }: KafkaOptions, { config }: Surroundings): Promise<{ connection: KafkaConnection; prefix: string }> {
  const given = { ...(brokers === undefined ? {} : { KAFKA_BROKERS: brokers }), ...(topicPrefix === undefined ? {} : { KAFKA_TOPIC_PREFIX: topicPrefix }) };
  const read = readConfig(KAFKA_SETTINGS, { ...config.cluster, ...given });
  return { connection: await kafkaConnection(read), prefix: read.topicPrefix };
}
