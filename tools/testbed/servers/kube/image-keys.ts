import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A short key of everything that a layer or an image is made from: the same parts give the same key. */
export function keyOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/** Names, from `folder` on, and bytes of the files in it, as parts of a key; compiled Python is none. */
export async function contents(folder: string, takes: (name: string) => boolean = () => true): Promise<(string | Buffer)[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__') && takes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return (await Promise.all(files.map(async (file) => [file.slice(folder.length), await readFile(file)]))).flat();
}

/** What earlier states of the project needed takes half a gigabyte each: removes what begins with `prefix` and has none of the keys. */
export async function removeOthers(folder: string, prefix: string, keys: readonly string[]): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith(prefix) && !keys.some((key) => name.includes(key))) await rm(join(folder, name), { recursive: true, force: true });
}
