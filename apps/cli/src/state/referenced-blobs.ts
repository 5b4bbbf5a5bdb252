import { ArtifactMissingError, bundleManifest, checkBundlePath, parseBundleManifest, type ArtifactStore, type Digest } from '@mle-smith/package';
import type { StoredSubject } from '@mle-smith/stage-runtime';

type Read = ArtifactStore['read'];

const BUNDLE = 'mle-smith bundle ';
/** A list of files, or a document, that is larger than this is not looked into. */
const LARGEST_DOCUMENT_BYTES = 128 * 1024 ** 2;
const MISSING = Symbol('missing');
const DIGEST = /"(sha256:[0-9a-f]{64})"/g;

/** A list of files that nobody could have stored as one. */
export class BundleInvalidError extends Error {
  readonly code = 'bundle_invalid';
  constructor(digest: Digest, cause?: unknown) {
    super(`a document is no list of files that lie in one folder [digest=${digest}]`, { cause });
    this.name = new.target.name;
  }
}

/** The documents that a subject names: its own, and those of events that wait. */
export function documentsOf({ record }: StoredSubject): Digest[] {
  return [record.documents, ...record.outbox.map((event) => event.data.documents)].flatMap((documents) => Object.values(documents));
}

/**
 * Every blob that subjects need, each once: documents, the files of those that are bundles, and what documents of JSON
 * mention and the store holds. What was given is remembered, so that subjects can come one after another.
 */
export class ReferencedBlobs {
  readonly #read: Read;
  readonly #looked = new Set<Digest>();
  readonly #given = new Set<Digest>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** What a document needs that was not given before, itself at the end. Throws as `ArtifactStore.read` does, and `BundleInvalidError`. */
  async *of(document: Digest): AsyncGenerator<Digest, void, undefined> {
    // A stack of our own: documents of a stranger may mention each other in a chain of any length.
    const open: { readonly digest: Digest; readonly done: boolean }[] = [{ digest: document, done: false }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { digest, done } = next;
      if (done) yield* this.#give(digest);
      // A file of a package may be a document too, so to have been given is not to have been looked into.
      if (done || this.#looked.has(digest)) continue;
      const found = await this.#textOf(digest, digest === document);
      if (found === MISSING) continue;
      this.#looked.add(digest);
      open.push({ digest, done: true });
      if (found?.startsWith(BUNDLE) === true) for (const file of filesOf(digest, found)) yield* this.#give(file);
      else for (const [, mentioned = ''] of found?.matchAll(DIGEST) ?? []) open.push({ digest: mentioned, done: false });
    }
  }

  *#give(digest: Digest): Generator<Digest, void, undefined> {
    if (this.#given.has(digest)) return;
    this.#given.add(digest);
    yield digest;
  }

  /** The text of a document that names others: a list of files, or JSON. One that is only mentioned may be missing: a document may quote the digest of something that was never stored. */
  async #textOf(digest: Digest, needed: boolean): Promise<string | typeof MISSING | undefined> {
    try {
      return await this.#namingText(digest);
    } catch (error) {
      if (!needed && error instanceof ArtifactMissingError) return MISSING;
      throw error;
    }
  }

  async #namingText(digest: Digest): Promise<string | undefined> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of this.#read(digest)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > LARGEST_DOCUMENT_BYTES) return undefined;
      // The rest of what begins otherwise is not read.
      if (!/^[{[m]/.test(String.fromCharCode(chunks[0]?.[0] ?? 0))) return undefined;
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

function filesOf(digest: Digest, text: string): Digest[] {
  try {
    const files = parseBundleManifest(text);
    for (const { path } of files) checkBundlePath(path);
    if (bundleManifest(files) !== text) throw new BundleInvalidError(digest);
    return files.map((file) => file.digest);
  } catch (error) {
    throw error instanceof BundleInvalidError ? error : new BundleInvalidError(digest, error);
  }
}
