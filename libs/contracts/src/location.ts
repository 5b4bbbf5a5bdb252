import { z } from 'zod';

/** Where the raw files of a dataset are to be taken from; the document `location` of a received dataset. */
export const DatasetLocation = z.discriminatedUnion('kind', [
  /** A prefix of an object store: `s3://bucket/some/prefix/`. */
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
