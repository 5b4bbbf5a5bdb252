import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { answerOf, type S3Bucket } from './s3-bucket.ts';

/** One object of a listing. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** Every object below a prefix, in the server's order. A 404 means that there is no bucket, and is thrown as a refusal. */
export async function* listObjects(bucket: S3Bucket, prefix: string): AsyncGenerator<ListedObject, void, undefined> {
  let next: string | undefined;
  do {
    const page = await bucket
      .run('list', () =>
        bucket.client.send(
          // XML cannot hold every key; encoded ones it can.
          new ListObjectsV2Command({ Bucket: bucket.name, Prefix: prefix, EncodingType: 'url', ...(next === undefined ? {} : { ContinuationToken: next }) }),
        ),
      )
      .catch((error: unknown) => {
        throw answerOf(error) === 404 ? bucket.refused('list', 'NoSuchBucket', error) : error;
      });
    for (const { Key, Size, ETag, LastModified } of page.Contents ?? [])
      yield {
        key: decodedKey(Key ?? '', page.EncodingType),
        bytes: Size ?? 0,
        etag: ETag ?? '',
        modifiedAt: LastModified ?? new Date(0),
      };
    next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (next !== undefined);
}

/** A key as it was written. Where the server says that it encoded keys, a `+` is a space. */
export function decodedKey(key: string, encoding: string | undefined): string {
  return encoding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}
