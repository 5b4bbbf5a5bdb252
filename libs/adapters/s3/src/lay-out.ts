import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkBundlePath, type BundleFile, type Digest } from '@mle-smith/package';
import { mapBounded } from './bounded.ts';

/** Files under way at the same time for one call. */
export const AT_ONCE = 16;

/** Lays files below a folder, created if need be, several at a time; `place` puts one blob at a path whose folder is there. */
export async function layOut(files: readonly BundleFile[], directory: string, place: (digest: Digest, target: string) => Promise<void>): Promise<void> {
  for (const file of files) checkBundlePath(file.path);
  await mkdir(directory, { recursive: true });
  await mapBounded(files, AT_ONCE, async (file) => {
    const target = join(directory, file.path);
    await mkdir(dirname(target), { recursive: true });
    await place(file.digest, target);
  });
}
