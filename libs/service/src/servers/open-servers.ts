import { KafkaEventBus, type KafkaEventBusOptions } from '@mle-smith/adapter-kafka';
import { MongoState } from '@mle-smith/adapter-mongo';
import { CachedArtifactStore, S3ArtifactStore, S3Bucket } from '@mle-smith/adapter-s3';
import { FACTS } from '@mle-smith/contracts';
import { within, type Log } from '@mle-smith/telemetry';
import type { Service } from '../process/run-service.ts';
import { untilReached } from '../process/until-reached.ts';
import type { ConfigOf, PROCESS_SETTINGS, SERVER_SETTINGS, STORE_SETTINGS } from '../settings.ts';
import { watchClock } from './watch-clock.ts';
import { kafkaConnection } from './kafka-connection.ts';

type ServerTable = typeof SERVER_SETTINGS & typeof PROCESS_SETTINGS;
export type ServerConfig = ConfigOf<ServerTable>;

/** The servers that a service works with. */
export interface Servers {
  readonly state: MongoState;
  readonly bucket: S3Bucket;
  readonly artifacts: CachedArtifactStore;
  /** Not started: subscribers come first. */
  readonly bus: KafkaEventBus;
}

export interface OpenServersOptions {
  readonly app: string;
  readonly config: ServerConfig;
  readonly log: Log;
  /** Told what the bus does. */
  readonly observe: NonNullable<KafkaEventBusOptions['observe']>;
  readonly stopping: AbortSignal;
  readonly fail: Service<ServerTable>['fail'];
  readonly atEnd: Service<ServerTable>['atEnd'];
  /** Where blobs of the object store are kept, and how many bytes of them. */
  readonly cache: { readonly directory: string; readonly bytes: number };
  readonly version: string;
  /** A group for this process alone, which hears what is told from now on; by default replicas of the app share all events. */
  readonly group?: string;
}

/** Opens store, object store and bus, each waited for as long as it is out of reach. Throws their faults of configuration. */
export async function openServers(options: OpenServersOptions): Promise<Servers> {
  const { app, config, log, observe, stopping, fail, atEnd, version } = options;
  const connection = await kafkaConnection(config);
  const onBudgetNear = (detail: string): void => log.write('model.budget_near', { detail });
  const state = await untilReached('mongodb', () => MongoState.open(config.mongodbUri, { appName: `mle-smith-${app}`, onBudgetNear }), log, stopping);
  atEnd('mongodb', () => state.close());
  void watchClock(() => state.tasks.now(), log, stopping);
  const bucket = bucketOf(config, config.s3Bucket);
  atEnd('object store', async () => bucket.close());
  await untilReached('object store', () => bucket.check(), log, stopping);
  const remote = new S3ArtifactStore({ bucket, prefix: config.s3Prefix });
  const artifacts = await CachedArtifactStore.open({ remote, directory: options.cache.directory, maxBytes: options.cache.bytes });
  const kafka = new KafkaEventBus({
    connection,
    group: `${config.topicPrefix}${options.group ?? app}`,
    topicPrefix: config.topicPrefix,
    // Any station sweeps up what any other one left to be told.
    publishes: FACTS,
    clientId: `mle-smith-${app}-${config.instance}`,
    version,
    blobs: remote,
    from: options.group === undefined ? 'first' : 'next',
    trace: within,
    observe,
    onCrash: fail,
  });
  atEnd('kafka', () => kafka.close());
  return { state, bucket, artifacts, bus: kafka };
}

/** A bucket with the credentials of the configuration. */
export function bucketOf(config: ConfigOf<typeof STORE_SETTINGS>, name: string): S3Bucket {
  const { s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey } = config;
  return new S3Bucket({
    bucket: name,
    region: s3Region,
    ...(s3Endpoint === undefined ? {} : { endpoint: s3Endpoint }),
    ...(s3AccessKeyId === undefined || s3SecretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey } }),
  });
}
