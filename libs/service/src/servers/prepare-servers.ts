import { applyTopics } from '@mle-smith/adapter-kafka';
import { migrate } from '@mle-smith/adapter-mongo';
import type { ConfigOf, SERVER_SETTINGS } from '../settings.ts';
import { kafkaConnection } from './kafka-connection.ts';
import { bucketOf } from './open-servers.ts';

/** What was found and done at the servers. */
export interface Prepared {
  readonly indexes: number;
  readonly topics: { readonly declared: number; readonly created: readonly string[] };
  /** Topics that are not as they are declared; nobody changes them but an operator. */
  readonly drift: readonly string[];
  readonly bucket: string;
}

/** Makes the servers ready for services: indexes, topics, bucket. Doing it again changes nothing. Throws what the adapters throw. */
export async function prepareServers(config: ConfigOf<typeof SERVER_SETTINGS>): Promise<Prepared> {
  const { indexes } = await migrate(config.mongodbUri);
  const { declared, created, drift } = await applyTopics(await kafkaConnection(config), { prefix: config.topicPrefix });
  await bucketOf(config, config.s3Bucket).ensure();
  return {
    indexes,
    topics: { declared: declared.length, created },
    drift: drift.map(({ topic, what, declared: wanted, actual }) => `${topic}: ${what} is ${actual} and declared as ${wanted}`),
    bucket: config.s3Bucket,
  };
}
