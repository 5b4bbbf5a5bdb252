import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArtifactMissingError } from '../artifact-errors.ts';
import type { ArtifactStore, BundleFile, Digest } from '../artifact-store.ts';
import { checkBundlePath } from '../bundle-path.ts';
import { bundleManifest, digestOf, parseBundleManifest } from '../digest.ts';

/** An ArtifactStore in memory, for tests. */
export class InMemoryArtifactStore implements ArtifactStore {
  readonly #blobs = new Map<Digest, Uint8Array>();

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    this.#blobs.set(digest, Uint8Array.from(bytes));
    return digest;
  }

  async putFile(hostPath: string): Promise<{ digest: Digest; bytes: number }> {
    const bytes = await readFile(hostPath);
    return { digest: await this.put(bytes), bytes: bytes.length };
  }

  async get(digest: Digest): Promise<Uint8Array> {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new ArtifactMissingError(digest);
    return bytes;
  }

  async *read(digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
    yield await this.get(digest);
  }

  async sizeOf(digest: Digest): Promise<number> {
    return (await this.get(digest)).length;
  }

  async putBundle(files: readonly BundleFile[]): Promise<Digest> {
    for (const file of files) {
      checkBundlePath(file.path);
      await this.get(file.digest);
    }
    return this.put(new TextEncoder().encode(bundleManifest(files)));
  }

  async getBundle(digest: Digest): Promise<readonly BundleFile[]> {
    return parseBundleManifest(new TextDecoder().decode(await this.get(digest)));
  }

  async materialize(digest: Digest, directory: string, select: (path: string) => boolean = () => true): Promise<void> {
    await mkdir(directory, { recursive: true });
    for (const file of (await this.getBundle(digest)).filter((candidate) => select(candidate.path))) {
      await mkdir(dirname(join(directory, file.path)), { recursive: true });
      await writeFile(join(directory, file.path), await this.get(file.digest));
    }
  }
}
