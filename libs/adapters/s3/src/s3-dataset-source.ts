import type { DatasetSource, FoundDataset } from '@mle-smith/package';
import { fetchDataset, type FetchLimits } from './fetch-dataset.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { findDataset, scanPrefix } from './scan-prefix.ts';

/** The datasets below one prefix of a bucket, for ingest. */
export class S3DatasetSource implements DatasetSource {
  readonly #bucket: S3Bucket;
  readonly #prefix: string;
  readonly #limits: FetchLimits;

  constructor(options: { readonly bucket: S3Bucket; readonly prefix: string; readonly limits: FetchLimits }) {
    this.#bucket = options.bucket;
    this.#prefix = options.prefix;
    this.#limits = options.limits;
  }

  /** What is there now; see `scanPrefix`. */
  scan(): Promise<FoundDataset[]> {
    return scanPrefix(this.#bucket, this.#prefix);
  }

  /** One dataset by its name; see `findDataset`. */
  find(name: string): Promise<FoundDataset | undefined> {
    return findDataset(this.#bucket, this.#prefix, name);
  }

  /** Brings a found dataset into a folder that does not exist yet; see `fetchDataset`. */
  fetch(dataset: FoundDataset, directory: string): Promise<void> {
    return fetchDataset(this.#bucket, dataset.objects, directory, this.#limits);
  }
}
