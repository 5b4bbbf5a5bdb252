import { z } from 'zod';

/** Where the raw files of a dataset are to be taken from; the document `location` of a received dataset. */
export const DatasetLocation = z.discriminatedUnion('kind', [
  /** A prefix of an object store, see `parseLocation`. */
  z.strictObject({
    kind: z.literal('s3'),
    uri: z.string().max(2048),
    /** The one state of it that is meant, by `FoundDataset.fingerprint`; any where it is not said. */
    fingerprint: z.string().max(128).exactOptional(),
  }),
  /** Files that were put into the artifact store before; `name` is the folder that they came from. */
  z.strictObject({ kind: z.literal('bundle'), bundle: z.string(), name: z.string().min(1).max(255).exactOptional() }),
]);
export type DatasetLocation = z.infer<typeof DatasetLocation>;

/** A place in an object store. */
export interface BucketPrefix {
  readonly bucket: string;
  /** Empty for the whole bucket, or with one `/` at its end. */
  readonly prefix: string;
}

/** Names of buckets as S3 has them, and no control characters, which nobody sees. */
const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^\u0000-\u001f\u007f]*)$/;

/** Reads the address `s3://bucket/prefix/`, also where slashes at its end lack or abound; undefined where it is none. */
export function parseLocation(uri: string): BucketPrefix | undefined {
  const [, bucket, key] = ADDRESS.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) return undefined;
  const prefix = key.replace(/\/+$/, '');
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** The one address of a place: what `parseLocation` reads back, and what those compare with who take no other spelling. */
export function locationUri({ bucket, prefix }: BucketPrefix): string {
  return `s3://${bucket}/${prefix}`;
}
