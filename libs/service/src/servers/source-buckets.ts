import { S3DatasetSource, type S3Bucket } from '@mle-smith/adapter-s3';
import type { ConfigOf, STORE_SETTINGS } from '../settings.ts';
import type { StationParts } from '../station/station-parts.ts';
import type { Service } from '../process/run-service.ts';
import { bucketOf } from './open-servers.ts';

/** Datasets below prefixes of buckets; one client for each bucket, however many datasets are read from it, closed at the end. */
export function sourceBuckets(config: ConfigOf<typeof STORE_SETTINGS>, atEnd: Service<Record<string, never>>['atEnd']): StationParts['sourceAt'] {
  const buckets = new Map<string, S3Bucket>();
  atEnd('source buckets', async () => buckets.forEach((bucket) => bucket.close()));
  return (name, prefix, limits) => {
    const bucket = buckets.get(name) ?? bucketOf(config, name);
    buckets.set(name, bucket);
    return new S3DatasetSource({ bucket, prefix, limits });
  };
}
