import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { birthOf } from './processes.ts';
import { waitFor } from './wait-for.ts';

/** Building a server from source may take this long on a slow machine. */
const LONGEST_MS = 20 * 60_000;

/** Runs `work` while no other process of this machine does so under the same lock; one whose owner is gone is taken over. */
export async function underLock<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(folder), { recursive: true });
  if (!(await waitFor(() => take(folder), LONGEST_MS)))
    throw new Error(`another process holds the lock for too long [lock=${folder}]; remove it if none is at work`);
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function take(folder: string): Promise<boolean> {
  const owner = join(folder, 'owner');
  try {
    await mkdir(folder);
  } catch {
    const [pid, birth] = (await readFile(owner, 'utf8').catch(() => '')).split(' ');
    if (pid !== undefined && birth !== undefined && (await birthOf(Number(pid))) !== birth) await rm(folder, { recursive: true, force: true });
    return false;
  }
  await writeFile(owner, `${process.pid} ${await birthOf(process.pid)}`);
  return true;
}
