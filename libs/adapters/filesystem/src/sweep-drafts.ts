import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the drafts of processes that are gone. A draft is named `<pid>.<writer>.<draft>`; `writer` (`<pid>.<writer>`)
 * is the caller's own, so that a number used again does not shield what a dead process left.
 */
export async function sweepDrafts(directory: string, writer: string): Promise<void> {
  const orphans = (await readdir(directory)).filter((name) => !name.startsWith(`${writer}.`) && !isAlive(Number(name.split('.')[0])));
  await Promise.all(orphans.map((name) => rm(join(directory, name), { recursive: true, force: true })));
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
