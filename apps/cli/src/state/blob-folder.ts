import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ArtifactCorruptError, ArtifactMissingError, type Digest } from '@mle-smith/package';
import { openRegular } from '@mle-smith/adapter-filesystem';

/** The blobs of a state folder that strangers may have made: nothing is followed, and everything is checked as it is read. */
export class BlobFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** As `ArtifactStore.read`. */
  async *read(digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
    const hex = digest.slice('sha256:'.length);
    const file = /^sha256:[0-9a-f]{64}$/.test(digest) ? await openRegular(join(this.#root, hex.slice(0, 2), hex)) : 'absent';
    if (typeof file === 'string') throw new ArtifactMissingError(digest);
    try {
      const hash = createHash('sha256');
      for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        yield chunk;
      }
      if (hash.digest('hex') !== hex) throw new ArtifactCorruptError(digest);
    } finally {
      await file.close();
    }
  }
}
