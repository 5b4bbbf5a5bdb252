/** One file of a dataset where it lies outside: key, content (`etag`) and, where the place keeps versions, version say which. */
export interface SourceFile {
  readonly key: string;
  /** Where it lies below the dataset's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly etag: string;
  readonly versionId?: string;
  readonly modifiedAt: Date;
}

/** A dataset as of one listing of its source. */
export interface FoundDataset {
  readonly name: string;
  readonly objects: readonly SourceFile[];
  readonly bytes: number;
  /** Equal for equal listings. Two of them some time apart tell that nobody writes any more (platform IN-3). */
  readonly fingerprint: string;
}

/** The port to places where datasets lie: an object store's prefix, say. What each must do is `datasetSourceContract` of /testing. */
export interface DatasetSource {
  /** The datasets that are there now: each folder is one. */
  scan(): Promise<readonly FoundDataset[]>;
  /** One of them by its name; undefined where it is not there. */
  find(name: string): Promise<FoundDataset | undefined>;
  /**
   * Brings a dataset into a folder, which does not exist before and appears whole or not at all. Throws errors with the
   * codes `changed_while_read` (it is not what was listed any more), `too_large`, and `UnsafePathError` (see `refusalOf`).
   */
  fetch(dataset: FoundDataset, directory: string): Promise<void>;
}
