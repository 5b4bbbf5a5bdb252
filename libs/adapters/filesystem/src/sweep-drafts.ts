import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PLACE } from './writer.ts';

/** Without a sign of life for so long, ms, what was begun in another place counts as left behind. A draft is written to all the time, a folder of its own is touched every minute. */
export const SILENCE_MS = 15 * 60_000;

/**
 * Removes what writers left behind that are gone. An entry is named `<pid>.<place>.<writer>.<draft>`, and `writer` is
 * what `newWriter` gave the caller. In one place the number of a process tells whether it lives; of another place (a
 * container of its own, another machine on the same volume) only the time of the last change can tell.
 */
export async function sweepDrafts(directory: string, writer: string): Promise<void> {
  const others = (await readdir(directory)).filter((name) => !name.startsWith(`${writer}.`));
  await Promise.all(
    others.map(async (name) => {
      const path = join(directory, name);
      const [pid, place] = name.split('.');
      if (place === PLACE ? isAlive(Number(pid)) : await hasSignOfLife(path)) return;
      await rm(path, { recursive: true, force: true });
    }),
  );
}

/** True for another process that lives: a draft with this process's number and another writer is an orphan. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function hasSignOfLife(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < SILENCE_MS;
}
