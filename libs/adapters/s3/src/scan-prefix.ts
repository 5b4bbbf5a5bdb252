import { createHash } from 'node:crypto';
import {
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import type { FoundDataset, SourceFile } from '@mle-smith/package';
import { decodedKey, listObjects } from './list-objects.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { ObjectStoreRefusedError } from './store-errors.ts';

/** A source with more than the configured number of objects or bytes. */
export class SourceTooLargeError extends Error {
  /** A reason code of the contracts. */
  readonly code = 'too_large';
  constructor(what: string, limit: number) {
    super(`the source holds more than is allowed [what=${what}, limit=${limit}]; raise the limit, or point to a smaller prefix`);
    this.name = new.target.name;
  }
}

/**
 * The datasets below a prefix: each first folder is one. Objects directly below the prefix, and the empty ones that stand for
 * folders, belong to none. Throws `SourceTooLargeError`, `ObjectStoreUnreachableError`, `ObjectStoreRefusedError`.
 */
export async function scanPrefix(bucket: S3Bucket, prefix: string, maxObjects = 1_000_000): Promise<FoundDataset[]> {
  const head = folderOf(prefix);
  return datasetsAt(bucket, head, head, maxObjects);
}

/** One dataset below a prefix by its name, without a look at its neighbours; undefined where there is none. Throws as `scanPrefix` does. */
export async function findDataset(bucket: S3Bucket, prefix: string, name: string, maxObjects = 1_000_000): Promise<FoundDataset | undefined> {
  const head = folderOf(prefix);
  return (await datasetsAt(bucket, head, `${head}${name}/`, maxObjects))[0];
}

function folderOf(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/** The datasets below `head` as far as their objects are below `listed`. */
async function datasetsAt(bucket: S3Bucket, head: string, listed: string, maxObjects: number): Promise<FoundDataset[]> {
  const versions = await newestVersions(bucket, listed);
  const folders = new Map<string, SourceFile[]>();
  let count = 0;
  for await (const object of listObjects(bucket, listed)) {
    const below = object.key.slice(head.length);
    const cut = below.indexOf('/');
    if (cut < 0 || below.endsWith('/')) continue;
    if ((count += 1) > maxObjects) throw new SourceTooLargeError('objects', maxObjects);
    const versionId = versions.get(object.key);
    const found = { ...object, path: below.slice(cut + 1), ...(versionId === undefined ? {} : { versionId }) };
    const name = below.slice(0, cut);
    const objects = folders.get(name);
    if (objects === undefined) folders.set(name, [found]);
    else objects.push(found);
  }
  return [...folders].map(([name, objects]) => ({
    name,
    objects,
    bytes: objects.reduce((sum, object) => sum + object.bytes, 0),
    fingerprint: fingerprintOf(objects),
  }));
}

function fingerprintOf(objects: readonly SourceFile[]): string {
  const lines = objects.map(({ key, versionId, etag, bytes }) => JSON.stringify([key, versionId ?? '', etag, bytes])).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** Key → version, where the bucket keeps versions; none where it does not, or where these credentials may not ask. */
async function newestVersions(bucket: S3Bucket, prefix: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  try {
    const { Status } = await bucket.run('ask for versions', () => bucket.client.send(new GetBucketVersioningCommand({ Bucket: bucket.name })));
    if (Status !== 'Enabled') return found;
    let at: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (at !== undefined) {
      const input: ListObjectVersionsCommandInput = { Bucket: bucket.name, Prefix: prefix, EncodingType: 'url', ...at };
      const page: ListObjectVersionsCommandOutput = await bucket.run('list versions', () => bucket.client.send(new ListObjectVersionsCommand(input)));
      for (const { Key = '', VersionId, IsLatest } of page.Versions ?? [])
        if (IsLatest === true && VersionId !== undefined) found.set(decodedKey(Key, page.EncodingType), VersionId);
      at =
        page.IsTruncated === true && page.NextKeyMarker !== undefined
          ? {
              KeyMarker: decodedKey(page.NextKeyMarker, page.EncodingType),
              ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
            }
          : undefined;
    }
  } catch (error) {
    if (!(error instanceof ObjectStoreRefusedError)) throw error;
  }
  return found;
}
