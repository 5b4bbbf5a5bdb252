import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkBundlePaths } from '../bundle-path.ts';
import type { DatasetSource, FoundDataset, SourceFile } from '../dataset-source.ts';
import { digestOf } from '../digest.ts';
import type { SourceLimits, WrittenSource } from './dataset-source-contract.ts';

/** A DatasetSource in memory, for tests: what is written to it is found at once. */
export class InMemoryDatasetSource implements DatasetSource, WrittenSource {
  readonly source = this;
  readonly #files = new Map<string, { readonly content: string; readonly modifiedAt: Date }>();
  readonly #limits: SourceLimits;

  constructor(limits: SourceLimits = { maxFiles: Infinity, maxBytes: Infinity }) {
    this.#limits = limits;
  }

  /** Writes a file of a dataset: `dataset/path`. */
  async write(path: string, content: string, modifiedAt = new Date(0)): Promise<void> {
    this.#files.set(path, { content, modifiedAt });
  }

  async remove(path: string): Promise<void> {
    this.#files.delete(path);
  }

  async scan(): Promise<FoundDataset[]> {
    const folders = Map.groupBy(
      [...this.#files].filter(([key]) => key.includes('/')),
      ([key]) => key.slice(0, key.indexOf('/')),
    );
    return [...folders].map(([name, files]) => {
      const objects = files.map(([key, { content, modifiedAt }]): SourceFile => {
        return { key, path: key.slice(name.length + 1), bytes: Buffer.byteLength(content), etag: digestOf(content), modifiedAt };
      });
      const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
      return { name, objects, bytes, fingerprint: digestOf(JSON.stringify(objects.map(({ key, etag }) => [key, etag]).sort())) };
    });
  }

  async find(name: string): Promise<FoundDataset | undefined> {
    return (await this.scan()).find((dataset) => dataset.name === name);
  }

  async fetch({ objects, bytes }: FoundDataset, directory: string): Promise<void> {
    const { maxFiles, maxBytes } = this.#limits;
    if (objects.length > maxFiles || bytes > maxBytes) throw fault('too_large');
    checkBundlePaths(objects.map(({ path }) => path));
    const draft = await mkdtemp(`${directory}.`);
    try {
      for (const { key, path, etag } of objects) {
        const content = this.#files.get(key)?.content;
        if (content === undefined || digestOf(content) !== etag) throw fault('changed_while_read');
        await mkdir(dirname(join(draft, path)), { recursive: true });
        await writeFile(join(draft, path), content);
      }
      await rename(draft, directory);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
}

function fault(code: 'too_large' | 'changed_while_read'): Error {
  return Object.assign(new Error(`the source in memory does not bring this dataset [code=${code}]`), { code });
}
