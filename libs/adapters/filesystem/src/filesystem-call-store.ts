import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { byPlace, CallRecord, spentOf, type CallSpent, type CallStore } from '@mle-smith/agent';
import { canonicalJson } from '@mle-smith/package';
import { openRegular } from './regular-file.ts';
import { SubjectIndex } from './subject-index.ts';
import { sweepDrafts } from './sweep-drafts.ts';
import { newWriter } from './writer.ts';

const WRITER = newWriter();
const ENDING = '.json';
/** Longest kept call: replies are bounded well below. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A kept call cannot be read; the message names the file. */
export class CallDamagedError extends Error {
  override readonly name = 'CallDamagedError';
  readonly code = 'call_damaged';
}

/** Calls in a directory, one file each: readable, and small enough to be looked at beside the code. A file is whole or not there. */
export class FilesystemCallStore implements CallStore {
  readonly #root: string;
  readonly #drafts: string;
  readonly #index: SubjectIndex;

  private constructor(root: string) {
    this.#root = root;
    this.#drafts = join(root, 'drafts');
    this.#index = new SubjectIndex(join(root, 'subjects'));
  }

  /** Opens a store, creating its folder. Others may have it open too. */
  static async open(root: string): Promise<FilesystemCallStore> {
    const store = new FilesystemCallStore(root);
    await mkdir(store.#drafts, { recursive: true, mode: 0o700 });
    await sweepDrafts(store.#drafts, WRITER);
    await store.#index.begin(store.#draft(), () => store.#subjects());
    return store;
  }

  /** Opens a store that is only read: a record that is replayed. */
  static openReader(root: string): FilesystemCallStore {
    return new FilesystemCallStore(root);
  }

  async get(key: string): Promise<CallRecord | undefined> {
    return this.#read(join(this.#root, `${key}${ENDING}`));
  }

  async put(record: CallRecord): Promise<void> {
    const [draft, name] = [this.#draft(), `${record.key}${ENDING}`];
    // Calls hold rows of datasets, and answers.
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(canonicalJson(record));
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      await this.#index.add(record.place.subject, name);
      // A link, unlike a renaming, leaves alone what is there.
      await link(draft, join(this.#root, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft);
    }
  }

  async list(subject?: string): Promise<readonly CallRecord[]> {
    const records: CallRecord[] = [];
    // Records of earlier versions that nobody wrote to since have no index.
    const names = subject === undefined ? undefined : await this.#index.namesOf(subject);
    for await (const record of names === undefined ? this.each() : this.#named(names))
      if (subject === undefined || record.place.subject === subject) records.push(record);
    return records.sort(byPlace);
  }

  async *each(): AsyncGenerator<CallRecord, void, undefined> {
    yield* this.#named((await readdir(this.#root)).filter((name) => name.endsWith(ENDING)));
  }

  async *spent(): AsyncGenerator<CallSpent, void, undefined> {
    for await (const record of this.each()) yield spentOf(record);
  }

  async *#named(names: readonly string[]): AsyncGenerator<CallRecord, void, undefined> {
    for (const name of names) {
      const record = await this.#read(join(this.#root, name));
      if (record !== undefined) yield record;
    }
  }

  async *#subjects(): AsyncGenerator<{ subject: string; name: string }, void, undefined> {
    for await (const { key, place } of this.each()) yield { subject: place.subject, name: `${key}${ENDING}` };
  }

  #draft(): string {
    return join(this.#drafts, `${WRITER}.${randomUUID()}`);
  }

  async #read(path: string): Promise<CallRecord | undefined> {
    const file = await openRegular(path, MOST_BYTES);
    if (file === 'absent') return undefined;
    if (file === 'irregular') throw damaged(path, 'it is no regular file, or too large');
    try {
      return CallRecord.parse(JSON.parse(await file.readFile('utf8')));
    } catch {
      // What a parser says quotes the text, which may be anybody's.
      throw damaged(path, 'it holds no call');
    } finally {
      await file.close();
    }
  }
}

function damaged(path: string, reason: string): CallDamagedError {
  return new CallDamagedError(`a kept call cannot be read: ${reason} [path=${path}]; remove the file, and the call is made again`);
}
