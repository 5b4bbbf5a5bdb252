import { rename, rm, writeFile } from 'node:fs/promises';
import { writing } from './disk-full.ts';

/** Writes a file beside the one that it replaces, so that a reader sees one or the other; what could not be written leaves nothing. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.draft`;
  try {
    await writing(path, () => writeFile(draft, text));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
