import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '@mle-smith/package';

/**
 * Which names belong to which subject: an empty file for each, in a folder for each subject. What it lists may not be
 * there yet, or never come; nothing that is there is missing in it.
 */
export class SubjectIndex {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the index where there is none, of what is there already; `draft` is a place that nobody else writes to. */
  async begin(draft: string, known: () => AsyncIterable<{ readonly subject: string; readonly name: string }>): Promise<void> {
    if ((await namesIn(this.#root)) !== undefined) return;
    const made = new SubjectIndex(draft);
    await mkdir(draft, { recursive: true });
    for await (const { subject, name } of known()) await made.add(subject, name);
    try {
      await rename(draft, this.#root);
    } catch (error) {
      // Another process was quicker.
      if (!['ENOTEMPTY', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
      await rm(draft, { recursive: true });
    }
  }

  async add(subject: string, name: string): Promise<void> {
    const folder = this.#folderOf(subject);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), '');
  }

  /** The names of a subject; undefined where there is no index. */
  async namesOf(subject: string): Promise<readonly string[] | undefined> {
    if ((await namesIn(this.#root)) === undefined) return undefined;
    return (await namesIn(this.#folderOf(subject))) ?? [];
  }

  /** Subjects are named by strangers. */
  #folderOf(subject: string): string {
    return join(this.#root, digestOf(subject).slice('sha256:'.length, 'sha256:'.length + 32));
  }
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
