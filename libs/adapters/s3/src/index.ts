export { S3ArtifactStore, type Area, type S3ArtifactStoreOptions } from './s3-artifact-store.ts';
export { S3Bucket, type S3BucketOptions } from './s3-bucket.ts';
export { ChangedWhileReadError, ObjectStoreRefusedError, ObjectStoreUnreachableError } from './store-errors.ts';
export type { FetchLimits } from './fetch-dataset.ts';
export { S3DatasetSource } from './s3-dataset-source.ts';
export { SourceTooLargeError } from './scan-prefix.ts';
export { readerPolicy } from './reader-policy.ts';
export { CachedArtifactStore, type CachedArtifactStoreOptions } from './cached-artifact-store.ts';
