import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, readFile, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
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
import { again } from './again.ts';
import { mapBounded } from './bounded.ts';
import { AT_ONCE, layOut } from './lay-out.ts';
import { readObject } from './read-object.ts';
import { answerOf, type S3Bucket } from './s3-bucket.ts';
import { SeenDigests } from './seen-digests.ts';
import { measureFile, sha256Of, uploadFile } from './upload-file.ts';

/** `private`: everything. `public`: copies of what was published, for readers that may see nothing else (decision 42). */
export type Area = 'private' | 'public';

export interface S3ArtifactStoreOptions {
  readonly bucket: S3Bucket;
  /** Keys begin with it; empty, or with `/` at its end. Default empty. */
  readonly prefix?: string;
  /** Default `private`. */
  readonly area?: Area;
  /** Larger files are sent in parts of this size; at least 5 MiB on AWS. Default 16 MiB. */
  readonly partBytes?: number;
}

/** As in a directory store: anybody may read, nobody may write. */
const FILE_MODE = 0o444;

/**
 * Content-addressed storage in a bucket: `<prefix><area>/aa/<64 hex>`. A bundle is the blob of its manifest and is written after
 * its files; an object is to be seen whole or not at all; every read is verified.
 */
export class S3ArtifactStore implements ArtifactStore {
  readonly #bucket: S3Bucket;
  readonly #prefix: string;
  readonly #area: Area;
  readonly #partBytes: number;
  readonly #seen = { private: new SeenDigests(), public: new SeenDigests() };

  constructor({ bucket, prefix = '', area = 'private', partBytes = 16 << 20 }: S3ArtifactStoreOptions) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#area = area;
    this.#partBytes = partBytes;
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    if (this.#seen[this.#area].has(digest)) return digest;
    const [key, sha256] = [this.#key(digest), sha256Of(bytes)];
    // What a broken disk or a stranger shortened is written again.
    if (!(await this.#bucket.putIfAbsent(key, bytes, sha256)) && (await this.#bucket.sizeOf(key)) !== bytes.length) await this.#bucket.put(key, bytes, sha256);
    this.#seen[this.#area].add(digest);
    return digest;
  }

  /** A large file is read twice: its digest names the object. Throws `ChangedWhileReadError` where it changed in between. */
  async putFile(hostPath: string): Promise<{ digest: Digest; bytes: number }> {
    if ((await stat(hostPath)).size <= this.#partBytes) {
      const bytes = await readFile(hostPath);
      return { digest: await this.put(bytes), bytes: bytes.length };
    }
    const measured = await measureFile(hostPath, this.#partBytes);
    const digest = `sha256:${measured.hex}`;
    if (!this.#seen[this.#area].has(digest)) {
      const there = await this.#bucket.sizeOf(this.#key(digest));
      if (there !== measured.bytes) await uploadFile(this.#bucket, this.#key(digest), hostPath, measured, there === undefined);
      this.#seen[this.#area].add(digest);
    }
    return { digest, bytes: measured.bytes };
  }

  async get(digest: Digest): Promise<Uint8Array> {
    return again(async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of this.read(digest)) chunks.push(chunk);
      return Buffer.concat(chunks);
    });
  }

  /** The bytes of a blob as they come; throws `ArtifactCorruptError` at their end where they are not what the digest says, so use nothing before. */
  async *read(digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of readObject(this.#bucket, { key: this.#key(digest) })) {
        hash.update(chunk);
        yield chunk;
      }
    } catch (cause) {
      const answer = answerOf(cause);
      if (answer === 404) throw new ArtifactMissingError(digest, { cause });
      // The object was replaced between two pieces, or is shorter than it was.
      throw answer === undefined ? cause : new ArtifactCorruptError(digest);
    }
    if (`sha256:${hash.digest('hex')}` !== digest) throw new ArtifactCorruptError(digest);
    this.#seen[this.#area].add(digest);
  }

  async sizeOf(digest: Digest): Promise<number> {
    const size = await this.#bucket.sizeOf(this.#key(digest));
    if (size === undefined) throw new ArtifactMissingError(digest);
    this.#seen[this.#area].add(digest);
    return size;
  }

  async putBundle(files: readonly BundleFile[]): Promise<Digest> {
    for (const file of files) checkBundlePath(file.path);
    const unseen = new Set(files.map((file) => file.digest).filter((digest) => !this.#seen[this.#area].has(digest)));
    await mapBounded([...unseen], AT_ONCE, (digest) => this.sizeOf(digest));
    return this.put(new TextEncoder().encode(bundleManifest(files)));
  }

  async getBundle(digest: Digest): Promise<readonly BundleFile[]> {
    return parseBundleManifest(new TextDecoder().decode(await this.get(digest)));
  }

  /** A file appears below the folder whole and verified, or not at all. */
  async materialize(digest: Digest, directory: string, select: (path: string) => boolean = () => true): Promise<void> {
    const files = (await this.getBundle(digest)).filter((file) => select(file.path));
    await layOut(files, directory, (blob, target) => this.#download(blob, target));
  }

  /**
   * Copies the files of a bundle below `folder` (`data/public`, say) to where readers of the public area find them, as a bundle
   * without that prefix, and gives its digest. Everything else stays private.
   */
  async publish(bundle: Digest, folder: string): Promise<Digest> {
    const head = `${folder}/`;
    const files = (await this.getBundle(bundle)).filter((file) => file.path.startsWith(head)).map((file) => ({ ...file, path: file.path.slice(head.length) }));
    const published = await this.putBundle(files);
    await mapBounded([...new Set(files.map((file) => file.digest))], AT_ONCE, (digest) => this.#copyToPublic(digest));
    await this.#copyToPublic(published);
    return published;
  }

  async #copyToPublic(digest: Digest): Promise<void> {
    if (this.#seen.public.has(digest)) return;
    const target = this.#key(digest, 'public');
    if ((await this.#bucket.sizeOf(target)) === undefined) await this.#bucket.copy(this.#key(digest), target);
    this.#seen.public.add(digest);
  }

  async #download(digest: Digest, target: string): Promise<void> {
    const draft = `${target}.${randomUUID()}`;
    try {
      await again(() => pipeline(this.read(digest), createWriteStream(draft)));
      await chmod(draft, FILE_MODE);
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
  }

  #key(digest: Digest, area: Area = this.#area): string {
    const hex = digest.slice('sha256:'.length);
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new ArtifactMissingError(digest);
    return `${this.#prefix}${area}/${hex.slice(0, 2)}/${hex}`;
  }
}
