import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from '@mle-smith/adapter-sqlite';

const PREFIX = 'mle-smith-bench-';
/** A folder is made before it is locked; a younger one may be between the two. */
const LEAST_AGE_MS = 60_000;

/** A folder of this command alone, to which a package and its answers are copied. What killed commands left is removed first. */
export async function makeBenchFolder(parent = tmpdir(), leastAgeMs = LEAST_AGE_MS): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  await sweep(parent, leastAgeMs);
  const folder = await mkdtemp(join(parent, PREFIX));
  // The lock goes with its process however that ends.
  const lock = takeLock(folder);
  return {
    folder,
    async remove() {
      lock.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function sweep(parent: string, leastAgeMs: number): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX));
  for (const folder of names.map((name) => join(parent, name))) if (await isLeft(folder, leastAgeMs)) await rm(folder, { recursive: true, force: true });
}

/** Whether a folder is one of this user's, and nobody works in it. */
async function isLeft(folder: string, leastAgeMs: number): Promise<boolean> {
  try {
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.() || Date.now() - found.ctimeMs < leastAgeMs) return false;
    takeLock(folder).close();
    return true;
  } catch {
    // Somebody works in it, or swept it, or it is no bench.
    return false;
  }
}
