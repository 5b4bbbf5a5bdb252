import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkBundlePaths, type SourceFile } from '@mle-smith/package';
import { mapBounded } from './bounded.ts';
import { readObject } from './read-object.ts';
import { answerOf, type S3Bucket } from './s3-bucket.ts';
import { SourceTooLargeError } from './scan-prefix.ts';
import { ChangedWhileReadError } from './store-errors.ts';

export interface FetchLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

const AT_ONCE = 8;
/** Reads of one object whose bytes are doubted. */
const READS = 4;

/**
 * Brings objects of a listing into a folder, which appears when all of them are there; each is the content that was listed.
 * Throws `SourceTooLargeError`, `UnsafePathError`, `ChangedWhileReadError` where an object was written or removed since,
 * `ObjectStoreUnreachableError`, `ObjectStoreRefusedError`, and what the file system throws (the folder must not hold anything yet).
 */
export async function fetchDataset(bucket: S3Bucket, objects: readonly SourceFile[], directory: string, limits: FetchLimits): Promise<void> {
  if (objects.length > limits.maxFiles) throw new SourceTooLargeError('files', limits.maxFiles);
  if (objects.reduce((sum, object) => sum + object.bytes, 0) > limits.maxBytes) throw new SourceTooLargeError('bytes', limits.maxBytes);
  checkBundlePaths(objects.map((object) => object.path));
  const incoming = `${directory}.${randomUUID()}.incoming`;
  try {
    await mkdir(incoming, { recursive: true });
    await mapBounded(objects, AT_ONCE, async (object) => {
      const target = join(incoming, object.path);
      await mkdir(dirname(target), { recursive: true });
      await download(bucket, object, target);
    });
    await rename(incoming, directory);
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

/**
 * An ETag is often the content's MD5, and often not, so a difference only raises a doubt: the object is read again,
 * and what came twice alike is taken.
 */
async function download(bucket: S3Bucket, object: SourceFile, target: string): Promise<void> {
  const expected = /^"?([0-9a-f]{32})"?$/.exec(object.etag)?.[1];
  let before: string | undefined;
  for (let reads = 0; reads < READS; reads += 1) {
    const md5 = await write(bucket, object, target);
    if (expected === undefined || md5 === expected || md5 === before) return;
    before = md5;
  }
  throw bucket.unreachable('get', 'every reading gives other bytes', undefined);
}

async function write(bucket: S3Bucket, object: SourceFile, target: string): Promise<string> {
  const hash = createHash('md5');
  let bytes = 0;
  const metered = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of readObject(bucket, object)) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    await pipeline(metered(), createWriteStream(target));
  } catch (error) {
    throw answerOf(error) === undefined ? error : new ChangedWhileReadError(object.key);
  }
  if (bytes !== object.bytes) throw new ChangedWhileReadError(object.key);
  return hash.digest('hex');
}
