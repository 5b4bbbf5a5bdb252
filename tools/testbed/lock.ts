import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
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

/** In one step: a lock has its owner as soon as it is there, and an empty folder is nobody's. */
async function take(folder: string): Promise<boolean> {
  const owner = join(folder, 'owner');
  const [pid, birth] = (await readFile(owner, 'utf8').catch(() => '')).split(' ');
  if (pid !== undefined && birth !== undefined) {
    if ((await birthOf(Number(pid))) === birth) return false;
    await rm(folder, { recursive: true, force: true });
  }
  const mine = await mkdtemp(`${folder}.`);
  await writeFile(join(mine, 'owner'), `${process.pid} ${await birthOf(process.pid)}`);
  try {
    await rename(mine, folder);
    return true;
  } catch {
    await rm(mine, { recursive: true, force: true });
    return false;
  }
}
