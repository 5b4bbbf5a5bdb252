import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MongoState } from '@mle-smith/adapter-mongo';
import { S3ArtifactStore } from '@mle-smith/adapter-s3';
import { bucketOf, readConfig, STORE_SETTINGS } from '@mle-smith/service';
import type { StateSource } from './export-state.ts';
import type { StateTarget } from './import-state.ts';

/**
 * The stores of a cluster, where the environment says that they are in the words of services. Throws `ConfigurationError`
 * and what the adapters throw.
 */
export async function clusterState(
  environment: Readonly<Record<string, string>>,
): Promise<StateSource & StateTarget & { readonly calls: StateTarget['calls'] & NonNullable<StateSource['calls']>; readonly close: () => Promise<void> }> {
  const config = readConfig(STORE_SETTINGS, environment);
  const state = await MongoState.open(config.mongodbUri, { appName: 'mle-smith-cli' });
  const bucket = bucketOf(config, config.s3Bucket);
  const room = await mkdtemp(join(tmpdir(), 'mle-smith-state-'));
  const close = async (): Promise<void> => {
    await state.close();
    bucket.close();
    await rm(room, { recursive: true, force: true });
  };
  try {
    await bucket.check();
  } catch (error) {
    await close();
    throw error;
  }
  const artifacts = new S3ArtifactStore({ bucket, prefix: config.s3Prefix });
  return {
    tasks: state.tasks,
    calls: state.calls,
    bookCalls: () => state.bookCalls(),
    artifacts,
    put: async (digest, chunks) => {
      // The store is told the digest of what it gets, so that it is all here first.
      const draft = join(room, digest.slice('sha256:'.length));
      try {
        await pipeline(chunks, createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
        return (await artifacts.putFile(draft)).digest;
      } finally {
        await rm(draft, { force: true });
      }
    },
    readsBuckets: true,
    close,
  };
}
