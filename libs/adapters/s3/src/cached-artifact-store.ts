import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import {
  ArtifactCorruptError,
  ArtifactMissingError,
  bundleManifest,
  parseBundleManifest,
  type ArtifactStore,
  type BundleFile,
  type Digest,
} from '@mle-smith/package';
import { again } from './again.ts';
import { layOut } from './lay-out.ts';

export interface CachedArtifactStoreOptions {
  readonly remote: ArtifactStore;
  /** The processes of a machine may share it. */
  readonly directory: string;
  /** When there is more, what was used longest ago goes. Default 20 GiB. */
  readonly maxBytes?: number;
  /** What was used since stays, whatever the size. Default 60 s. */
  readonly keepMs?: number;
}

/** Between finding a blob and laying it out, another process may have removed it. */
const TRIES = 3;

/**
 * A store whose blobs come to this machine once: from there they are linked, as from a directory store. The truth is
 * remote: what is put is there before it is here, and the directory may be deleted while nobody works.
 */
export class CachedArtifactStore implements ArtifactStore {
  readonly #remote: ArtifactStore;
  readonly #cache: FilesystemArtifactStore;
  readonly #maxBytes: number;
  readonly #keepMs: number;
  readonly #downloads = new Map<Digest, Promise<void>>();
  #addedBytes = 0;
  #sweeping: Promise<void> | undefined;

  private constructor(cache: FilesystemArtifactStore, options: CachedArtifactStoreOptions) {
    this.#remote = options.remote;
    this.#cache = cache;
    this.#maxBytes = options.maxBytes ?? 20 * 1024 ** 3;
    this.#keepMs = options.keepMs ?? 60_000;
  }

  /** Opens the directory, creating it. */
  static async open(options: CachedArtifactStoreOptions): Promise<CachedArtifactStore> {
    const store = new CachedArtifactStore(await FilesystemArtifactStore.open(options.directory), options);
    await store.#sweep();
    return store;
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = await this.#remote.put(bytes);
    await this.#keep(digest, bytes);
    return digest;
  }

  async putFile(hostPath: string): Promise<{ digest: Digest; bytes: number }> {
    const stored = await this.#remote.putFile(hostPath);
    if (!(await this.#cache.holds(stored.digest))) {
      await this.#cache.putFile(hostPath);
      await this.#added(stored.bytes);
    }
    return stored;
  }

  async get(digest: Digest): Promise<Uint8Array> {
    if (await this.#cache.holds(digest))
      try {
        const bytes = await this.#cache.get(digest);
        await this.#cache.touch(digest);
        return bytes;
      } catch (error) {
        await this.#forget(digest, error);
      }
    const bytes = await this.#remote.get(digest);
    await this.#keep(digest, bytes);
    return bytes;
  }

  async *read(digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#use(digest, () => this.#cache.verify(digest));
    yield* this.#cache.read(digest);
  }

  async sizeOf(digest: Digest): Promise<number> {
    return this.#remote.sizeOf(digest);
  }

  async putBundle(files: readonly BundleFile[]): Promise<Digest> {
    const digest = await this.#remote.putBundle(files);
    await this.#keep(digest, new TextEncoder().encode(bundleManifest(files)));
    return digest;
  }

  async getBundle(digest: Digest): Promise<readonly BundleFile[]> {
    return parseBundleManifest(new TextDecoder().decode(await this.get(digest)));
  }

  async materialize(digest: Digest, directory: string, select: (path: string) => boolean = () => true): Promise<void> {
    const files = (await this.getBundle(digest)).filter((file) => select(file.path));
    await layOut(files, directory, (blob, target) => this.#use(blob, () => this.#cache.place(blob, target)));
  }

  /** Does something with a blob that is here; what is not right is fetched again. */
  async #use(digest: Digest, work: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      if (!(await this.#cache.holds(digest))) await this.#download(digest);
      try {
        await work();
        return await this.#cache.touch(digest);
      } catch (error) {
        await this.#forget(digest, error);
        if (tries === TRIES) throw error;
      }
    }
  }

  /** One download of a blob at a time, whoever asks. */
  async #download(digest: Digest): Promise<void> {
    const under = this.#downloads.get(digest);
    if (under !== undefined) return under;
    const download = again(() => this.#cache.putStream(this.#remote.read(digest)))
      .then(({ bytes }) => this.#added(bytes))
      .finally(() => this.#downloads.delete(digest));
    this.#downloads.set(digest, download);
    return download;
  }

  async #keep(digest: Digest, bytes: Uint8Array): Promise<void> {
    if (await this.#cache.holds(digest)) return;
    await this.#cache.put(bytes);
    await this.#added(bytes.length);
  }

  /** Drops what is not right here, so that it is fetched again; other faults are none of the cache. */
  async #forget(digest: Digest, error: unknown): Promise<void> {
    if (!(error instanceof ArtifactCorruptError) && !(error instanceof ArtifactMissingError)) throw error;
    await this.#cache.discard(digest);
  }

  /** Looks after the size when a tenth of it was added: others add too, so the directory is counted anew. */
  async #added(bytes: number): Promise<void> {
    this.#addedBytes += bytes;
    if (this.#addedBytes <= this.#maxBytes / 10) return;
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined;
    });
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    this.#addedBytes = 0;
    const blobs = (await this.#cache.blobs()).sort((one, other) => one.usedAt.getTime() - other.usedAt.getTime());
    let total = blobs.reduce((sum, blob) => sum + blob.bytes, 0);
    const keepFrom = Date.now() - this.#keepMs;
    for (const blob of blobs) {
      if (total <= this.#maxBytes || blob.usedAt.getTime() > keepFrom) return;
      await this.#cache.discard(blob.digest);
      total -= blob.bytes;
    }
  }
}
