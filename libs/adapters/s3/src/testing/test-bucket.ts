import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Digest } from '@mle-smith/package';
import { listObjects } from '../list-objects.ts';
import type { Area } from '../s3-artifact-store.ts';
import { S3Bucket, type S3BucketOptions } from '../s3-bucket.ts';

interface Server {
  readonly address: string;
  readonly details: Readonly<Record<string, string>>;
}

/** How tests reach a bucket of a server of the test bed. */
export function optionsFor(server: Server, bucket = 'testbed'): S3BucketOptions {
  const { accessKey = '', secretKey = '' } = server.details;
  return { bucket, endpoint: server.address, credentials: { accessKeyId: accessKey, secretAccessKey: secretKey }, retries: { firstMs: 1 } };
}

/** The bucket, made if need be; tests keep apart by `newPrefix`. */
export async function testBucket(server: Server, name = 'testbed'): Promise<S3Bucket> {
  const bucket = new S3Bucket(optionsFor(server, name));
  await bucket.client.send(new CreateBucketCommand({ Bucket: name })).catch((error: Error) => {
    if (!error.name.startsWith('BucketAlready')) throw error;
  });
  return bucket;
}

/** A prefix that nothing lies below yet. */
export function newPrefix(): string {
  return `${randomUUID()}/`;
}

/** Writes an object as a stranger would. */
export async function plant(bucket: S3Bucket, key: string, content: string | Uint8Array): Promise<void> {
  await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: content, ContentLength: Buffer.byteLength(content) }));
}

/** Digests of all blobs in an area below a prefix, as they lie in the bucket. */
export async function storedDigests(bucket: S3Bucket, prefix: string, area: Area = 'private'): Promise<Digest[]> {
  const head = `${prefix}${area}/`;
  const found: Digest[] = [];
  for await (const { key } of listObjects(bucket, head)) {
    const hex = key.slice(head.length + 3);
    if (/^[0-9a-f]{64}$/.test(hex)) found.push(`sha256:${hex}`);
  }
  return found;
}
