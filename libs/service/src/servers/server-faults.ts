import { faultsIn } from '../config.ts';
import type { ConfigOf, KAFKA_SETTINGS, STORE_SETTINGS } from '../settings.ts';
import { kafkaConnection } from './kafka-connection.ts';

type ServerSettings = ConfigOf<typeof KAFKA_SETTINGS> & Pick<ConfigOf<typeof STORE_SETTINGS>, 's3AccessKeyId' | 's3SecretAccessKey'>;

/** What is wrong with the settings of servers together, told before any of them is asked. */
export async function serverFaults(config: ServerSettings): Promise<readonly string[]> {
  const halfAKey = (config.s3AccessKeyId === undefined) !== (config.s3SecretAccessKey === undefined);
  return [...(halfAKey ? ['AWS_ACCESS_KEY_ID: a key and AWS_SECRET_ACCESS_KEY belong together'] : []), ...(await faultsIn(() => kafkaConnection(config)))];
}
