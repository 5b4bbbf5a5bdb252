import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
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
    await rm(join(folder, await ownName()), { force: true });
    // Whoever waits may be in it by now.
    await rmdir(folder).catch(() => undefined);
  }
}

/**
 * In one step: a lock holds its owner's name as soon as it is there, and an empty folder is nobody's. What is removed from
 * it is always one name, so that who saw a dead owner takes nothing from a living one that was quicker.
 */
async function take(folder: string): Promise<boolean> {
  for (const owner of await readdir(folder).catch(() => [])) {
    if (owner === (await nameOf(Number.parseInt(owner, 10)))) return false;
    await rm(join(folder, owner), { force: true });
  }
  const mine = await mkdtemp(`${folder}.`);
  await writeFile(join(mine, await ownName()), '');
  try {
    await rename(mine, folder);
    return true;
  } catch {
    await rm(mine, { recursive: true, force: true });
    return false;
  }
}

/** A process as a name of a file: its number, and when it began. Undefined where there is none. */
async function nameOf(pid: number): Promise<string | undefined> {
  const birth = await birthOf(pid);
  return birth === undefined ? undefined : `${pid}-${birth.replaceAll(/\W+/g, '-')}`;
}

async function ownName(): Promise<string> {
  return `${await nameOf(process.pid)}`;
}
