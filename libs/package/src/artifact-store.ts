/** `sha256:` and 64 hex digits. */
export type Digest = string;

/** One file of a bundle. Paths are relative, with `/`, and never leave the bundle. */
export interface BundleFile {
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
}

/**
 * The port to content-addressed storage. Blobs are written first and a bundle's manifest last,
 * so a reader never sees half of one (platform ST-6); every read is verified.
 */
export interface ArtifactStore {
  /** Stores bytes (idempotent) and gives their digest. */
  put(bytes: Uint8Array): Promise<Digest>;
  /** Streams a file of this machine into the store. */
  putFile(hostPath: string): Promise<{ digest: Digest; bytes: number }>;
  /** Reads a blob; throws `ArtifactMissingError` or `ArtifactCorruptError`. */
  get(digest: Digest): Promise<Uint8Array>;
  /** The bytes of a blob piece by piece, in constant memory. They were right only where it ends without an error; throws as `get` does. */
  read(digest: Digest): AsyncIterable<Uint8Array>;
  /** How many bytes a blob has, as the store knows it without reading it; throws `ArtifactMissingError`. */
  sizeOf(digest: Digest): Promise<number>;
  /** Stores a list of files as one bundle; its digest depends on paths and contents only. */
  putBundle(files: readonly BundleFile[]): Promise<Digest>;
  getBundle(digest: Digest): Promise<readonly BundleFile[]>;
  /** Lays a bundle's files below a folder (created if need be); `select` keeps some of the paths. */
  materialize(digest: Digest, directory: string, select?: (path: string) => boolean): Promise<void>;
}
