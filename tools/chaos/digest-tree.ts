import { createHash } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What counts of a file's content, by its path. */
export type Counting = (path: string, content: Buffer) => string | Buffer;

/** Path → digest of everything below a folder but folders; a link counts by where it leads. Empty where the folder is missing. */
export async function digestTree(folder: string, counting: Counting = (_path, content) => content): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found = new Map<string, string>();
  for (const entry of entries.filter((candidate) => !candidate.isDirectory())) {
    const path = join(entry.parentPath, entry.name);
    const content = entry.isSymbolicLink() ? `link to ${await readlink(path)}` : counting(path, await readFile(path));
    found.set(relative(folder, path), createHash('sha256').update(content).digest('hex'));
  }
  return found;
}

/** What one tree has and the other has not, or has with other bytes; in words, sorted. */
export function differences(calm: ReadonlyMap<string, string>, disturbed: ReadonlyMap<string, string>): string[] {
  const paths = [...new Set([...calm.keys(), ...disturbed.keys()])].sort();
  return paths
    .filter((path) => calm.get(path) !== disturbed.get(path))
    .map((path) => (!disturbed.has(path) ? `${path} is missing` : calm.has(path) ? `${path} has other bytes` : `${path} is too many`));
}
