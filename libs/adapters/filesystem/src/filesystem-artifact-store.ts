import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ArtifactCorruptError,
  ArtifactMissingError,
  bundleManifest,
  checkBundlePath,
  digestOf,
  parseBundleManifest,
  type ArtifactStore,
  type BundleFile,
  type Digest,
} from '@mle-smith/package';
import { digestOfFile } from './digest-of-file.ts';
import { sweepDrafts } from './sweep-drafts.ts';
import { newWriter } from './writer.ts';

const WRITER = newWriter();

/** World-readable and never writable: sandboxes read the same inode under another uid. */
const BLOB_MODE = 0o444;

/**
 * Content-addressed storage in a directory: `<root>/aa/<64 hex>`. A blob is written under another name,
 * flushed, then renamed, so that a name never stands for half of its content.
 */
export class FilesystemArtifactStore implements ArtifactStore {
  readonly #root: string;
  readonly #drafts: string;
  /** Blobs whose content this process has seen to be right. */
  readonly #verified = new Set<Digest>();

  private constructor(root: string) {
    this.#root = root;
    this.#drafts = join(root, 'drafts');
  }

  /** Opens a store, creating its folder; drafts of processes that are gone are swept. Others may have it open too. */
  static async open(root: string): Promise<FilesystemArtifactStore> {
    const store = new FilesystemArtifactStore(root);
    await mkdir(store.#drafts, { recursive: true });
    await sweepDrafts(store.#drafts, WRITER);
    return store;
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    if (await this.#has(digest, bytes.length)) return digest;
    return this.#write(async (file) => {
      await file.writeFile(bytes);
      return digest;
    });
  }

  async putFile(hostPath: string): Promise<{ digest: Digest; bytes: number }> {
    let bytes = 0;
    const digest = await this.#write(async (file) => {
      return digestOfFile(hostPath, async (chunk) => {
        bytes += chunk.length;
        await file.writeFile(chunk);
      });
    });
    return { digest, bytes };
  }

  async get(digest: Digest): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.#path(digest));
    } catch (cause) {
      throw missing(cause) ? new ArtifactMissingError(digest, { cause }) : cause;
    }
    if (digestOf(bytes) !== digest) throw new ArtifactCorruptError(digest);
    return bytes;
  }

  async *read(digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(this.#path(digest), { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        yield chunk;
      }
    } catch (cause) {
      throw missing(cause) ? new ArtifactMissingError(digest, { cause }) : cause;
    }
    if (`sha256:${hash.digest('hex')}` !== digest) throw new ArtifactCorruptError(digest);
  }

  async sizeOf(digest: Digest): Promise<number> {
    const { size } = await stat(this.#path(digest)).catch((cause: unknown) => {
      throw missing(cause) ? new ArtifactMissingError(digest, { cause }) : cause;
    });
    return size;
  }

  async putBundle(files: readonly BundleFile[]): Promise<Digest> {
    for (const file of files) {
      checkBundlePath(file.path);
      if (!(await this.#has(file.digest))) throw new ArtifactMissingError(file.digest);
    }
    return this.put(new TextEncoder().encode(bundleManifest(files)));
  }

  async getBundle(digest: Digest): Promise<readonly BundleFile[]> {
    return parseBundleManifest(new TextDecoder().decode(await this.get(digest)));
  }

  async materialize(digest: Digest, directory: string, select: (path: string) => boolean = () => true): Promise<void> {
    await mkdir(directory, { recursive: true });
    for (const file of (await this.getBundle(digest)).filter((candidate) => select(candidate.path))) {
      checkBundlePath(file.path);
      const target = join(directory, file.path);
      await mkdir(dirname(target), { recursive: true });
      await this.place(file.digest, target);
    }
  }

  /** Stores what comes piece by piece; leaves nothing where `chunks` throws. */
  async putStream(chunks: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; bytes: number }> {
    let bytes = 0;
    const digest = await this.#write(async (file) => {
      const hash = createHash('sha256');
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        await file.writeFile(chunk);
      }
      return `sha256:${hash.digest('hex')}`;
    });
    return { digest, bytes };
  }

  /** Lays one blob at a path whose folder is there; throws as `get` does. */
  async place(digest: Digest, target: string): Promise<void> {
    await this.verify(digest);
    await linkOrCopy(this.#path(digest), target).catch((cause: unknown) => {
      throw missing(cause) ? new ArtifactMissingError(digest, { cause }) : cause;
    });
  }

  /** Whether there is such a blob; reading it may still find it changed. */
  async holds(digest: Digest): Promise<boolean> {
    return this.#has(digest);
  }

  /** Notes that a blob is in use now, for `blobs`. */
  async touch(digest: Digest): Promise<void> {
    const path = this.#path(digest);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined) await utimes(path, new Date(), found.mtime).catch(() => undefined);
  }

  /** Every blob with its size and when it was read, written or touched last. */
  async blobs(): Promise<{ digest: Digest; bytes: number; usedAt: Date }[]> {
    const found = await Promise.all((await this.digests()).map(async (digest) => ({ digest, stat: await stat(this.#path(digest)).catch(() => undefined) })));
    return found.flatMap(({ digest, stat: is }) => (is === undefined ? [] : [{ digest, bytes: is.size, usedAt: is.atime }]));
  }

  /** Removes a blob; whoever has it laid out keeps it. For caches: nothing may refer to it that is found nowhere else. */
  async discard(digest: Digest): Promise<void> {
    this.#verified.delete(digest);
    await rm(this.#path(digest), { force: true });
  }

  /** Digests of every stored blob. */
  async digests(): Promise<Digest[]> {
    const shards = (await readdir(this.#root, { withFileTypes: true })).filter((entry) => entry.isDirectory() && entry.name.length === 2);
    const names = await Promise.all(shards.map((shard) => readdir(join(this.#root, shard.name))));
    return names.flat().map((name) => `sha256:${name}`);
  }

  /** Reads a blob that this process has not seen; throws as `get` does. */
  async verify(digest: Digest): Promise<void> {
    if (this.#verified.has(digest)) return;
    const found = await digestOfFile(this.#path(digest)).catch((cause: unknown) => {
      throw missing(cause) ? new ArtifactMissingError(digest, { cause }) : cause;
    });
    if (found !== digest) throw new ArtifactCorruptError(digest);
    this.#verified.add(digest);
  }

  /** True where the content is there in its full length; what a broken disk shortened is written again. */
  async #has(digest: Digest, bytes?: number): Promise<boolean> {
    const found = await stat(this.#path(digest)).catch(() => undefined);
    return found !== undefined && (bytes === undefined || found.size === bytes);
  }

  /** Fills a draft, flushes it and gives it the name of its content; a draft that fails leaves nothing. */
  async #write(fill: (file: FileHandle) => Promise<Digest>): Promise<Digest> {
    const draft = join(this.#drafts, `${WRITER}.${randomUUID()}`);
    try {
      const file = await open(draft, 'wx');
      let digest: Digest;
      try {
        digest = await fill(file);
        await file.chmod(BLOB_MODE);
        await file.sync();
      } finally {
        await file.close();
      }
      const target = this.#path(digest);
      await mkdir(dirname(target), { recursive: true });
      await rename(draft, target);
      this.#verified.add(digest);
      return digest;
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** Where a blob lies, for a person to look at; it may not be there. */
  pathOf(digest: Digest): string {
    return this.#path(digest);
  }

  #path(digest: Digest): string {
    const hex = digest.slice('sha256:'.length);
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new ArtifactMissingError(digest);
    return join(this.#root, hex.slice(0, 2), hex);
  }
}

/** A hard link costs no bytes; another device or file system needs a copy. */
async function linkOrCopy(source: string, target: string): Promise<void> {
  await rm(target, { force: true });
  try {
    await link(source, target);
  } catch {
    await copyFile(source, target);
  }
}

function missing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
