import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { S3Bucket } from './s3-bucket.ts';

/** What is read, and which version of it. */
export interface ObjectToRead {
  readonly key: string;
  /** Only this content; a 412 is thrown where it is another one by now. */
  readonly etag?: string;
  readonly versionId?: string;
}

/** A reading that moved so far has recovered: its faults no longer count. */
const RECOVERED_BYTES = 1 << 20;

/**
 * The bytes of an object. A connection that breaks or goes silent is taken up again where it stopped, with the same content.
 * Throws the answers 404 and 412 (`answerOf`), `ObjectStoreUnreachableError`, `ObjectStoreRefusedError`.
 */
export async function* readObject(bucket: S3Bucket, { key, etag, versionId }: ObjectToRead): AsyncGenerator<Uint8Array, void, undefined> {
  let offset = 0;
  let total: number | undefined;
  let content = etag;
  let faults = 0;
  let faultAt = 0;
  while (total === undefined || offset < total) {
    const reply = await bucket.run('get', () => open(bucket, key, offset, content, versionId));
    content ??= reply.ETag;
    total ??= reply.ContentLength ?? 0;
    const body = reply.Body as Readable;
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        offset += chunk.length;
        yield chunk;
      }
      if (offset < total) throw new CutShortError(key);
    } catch (error) {
      faults = offset - faultAt >= RECOVERED_BYTES ? 1 : faults + 1;
      faultAt = offset;
      await bucket.pause('get', error, faults);
    } finally {
      body.destroy();
    }
  }
}

function open(bucket: S3Bucket, key: string, offset: number, etag: string | undefined, versionId: string | undefined): Promise<GetObjectCommandOutput> {
  return bucket.client.send(
    new GetObjectCommand({
      Bucket: bucket.name,
      Key: key,
      ...(offset === 0 ? {} : { Range: `bytes=${offset}-` }),
      ...(etag === undefined ? {} : { IfMatch: etag }),
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    }),
  );
}

/** A reply that ended before its length. */
class CutShortError extends Error {
  readonly code = 'ECONNRESET';
  constructor(key: string) {
    super(`the reply ended before its length [key=${key}]`);
    this.name = new.target.name;
  }
}
