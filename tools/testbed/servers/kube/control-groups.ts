import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../processes.ts';
import { waitFor } from '../../wait-for.ts';

const ROOT = '/sys/fs/cgroup';
/** The controllers without which a kubelet finds no group, of version 1. */
const CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'systemd', 'hugetlb', 'blkio', 'freezer', 'devices'];

/** Makes the group below which a kubelet keeps its pods: in every hierarchy of version 1, or in the one of version 2. */
export async function makeControlGroup(name: string): Promise<void> {
  if (await exists(join(ROOT, 'cgroup.controllers'))) {
    await writeFile(join(ROOT, 'cgroup.subtree_control'), '+cpu +cpuset +memory +pids').catch(() => undefined);
    await mkdir(join(ROOT, name), { recursive: true });
    return;
  }
  for (const controller of CONTROLLERS) {
    const folder = join(ROOT, controller);
    if (!(await exists(join(folder, 'tasks')))) continue;
    const group = join(folder, name);
    await mkdir(group, { recursive: true });
    // A group of version 1 has no processors and no memory until it is told.
    if (controller === 'cpuset') for (const file of ['cpuset.cpus', 'cpuset.mems']) await writeFile(join(group, file), await readFile(join(folder, file)));
  }
}

/** Kills every process below the group and removes it. Throws where one does not go. */
export async function removeControlGroup(name: string): Promise<void> {
  const groups = await allBelow(name);
  const empty = await waitFor(async () => {
    const pids = await Promise.all(groups.map(processesOf));
    for (const pid of pids.flat()) killProcess(pid);
    return pids.flat().length === 0;
  }, 10_000);
  if (!empty) throw new Error(`processes of a container do not end [cgroup=${name}]`);
  // The innermost first.
  for (const group of groups.sort((a, b) => b.length - a.length)) await rmdir(group).catch(() => undefined);
}

async function allBelow(name: string): Promise<string[]> {
  const hierarchies = [ROOT, ...(await readdir(ROOT).catch(() => [])).map((each) => join(ROOT, each))];
  const found: string[] = [];
  for (const hierarchy of hierarchies) {
    const group = join(hierarchy, name);
    if (!(await exists(join(group, 'cgroup.procs')))) continue;
    const entries = await readdir(group, { recursive: true, withFileTypes: true });
    found.push(group, ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name)));
  }
  return found;
}

async function processesOf(group: string): Promise<number[]> {
  const text = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}

/** Ends a process without asking; does nothing where it has ended. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
