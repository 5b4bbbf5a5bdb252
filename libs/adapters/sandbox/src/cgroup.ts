import { access, constants, mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const PREFIX = 'mle-smith-';

/** Limits on memory and processes of one sandbox, by the kernel's control groups. */
export interface ControlGroup {
  /** Files that a process writes its id into to join. */
  readonly joinFiles: readonly string[];
  setLimits(memoryMb: number, processes: number): Promise<void>;
  /** How often the kernel killed for memory so far. */
  outOfMemoryKills(): Promise<number>;
  remove(): Promise<void>;
}

/** Makes a group where this machine allows it (v1 or v2, writable); undefined elsewhere. */
export async function createControlGroup(name: string): Promise<ControlGroup | undefined> {
  const label = `${PREFIX}${process.pid}-${name}`;
  return (await createVersion1(label)) ?? (await createVersion2(label));
}

/** Removes groups that dead processes left behind. */
export async function sweepControlGroups(): Promise<void> {
  for (const parent of [join(ROOT, 'memory'), join(ROOT, 'pids'), ROOT]) {
    const names = await readdir(parent).catch(() => [] as string[]);
    for (const name of names.filter((candidate) => candidate.startsWith(PREFIX))) {
      const pid = Number(name.slice(PREFIX.length).split('-')[0]);
      if (!isAlive(pid)) await rmdir(join(parent, name)).catch(() => undefined);
    }
  }
}

async function createVersion1(label: string): Promise<ControlGroup | undefined> {
  const memory = join(ROOT, 'memory', label);
  const pids = join(ROOT, 'pids', label);
  try {
    await access(join(ROOT, 'memory', 'memory.limit_in_bytes'), constants.R_OK);
    await mkdir(memory);
    await mkdir(pids);
  } catch {
    await rmdir(memory).catch(() => undefined);
    return undefined;
  }
  return {
    joinFiles: [join(memory, 'cgroup.procs'), join(pids, 'cgroup.procs')],
    async setLimits(memoryMb, processes) {
      const bytes = String(memoryMb * 1024 * 1024);
      const [plain, withSwap] = [join(memory, 'memory.limit_in_bytes'), join(memory, 'memory.memsw.limit_in_bytes')];
      // Where swap is counted, memory and swap together may not be less than memory: a raise starts with their sum, a cut ends with it.
      await writeFile(withSwap, bytes).catch(() => undefined);
      await writeFile(plain, bytes);
      await writeFile(withSwap, bytes).catch(() => undefined);
      await writeFile(join(pids, 'pids.max'), String(processes));
    },
    outOfMemoryKills: () => counter(join(memory, 'memory.oom_control')),
    async remove() {
      await removeWhenEmpty(memory);
      await removeWhenEmpty(pids);
    },
  };
}

async function createVersion2(label: string): Promise<ControlGroup | undefined> {
  const group = join(ROOT, label);
  try {
    const controllers = await readFile(join(ROOT, 'cgroup.subtree_control'), 'utf8');
    if (!controllers.includes('memory') || !controllers.includes('pids')) return undefined;
    await mkdir(group);
  } catch {
    return undefined;
  }
  return {
    joinFiles: [join(group, 'cgroup.procs')],
    async setLimits(memoryMb, processes) {
      await writeFile(join(group, 'memory.max'), String(memoryMb * 1024 * 1024));
      await writeFile(join(group, 'memory.swap.max'), '0').catch(() => undefined);
      await writeFile(join(group, 'pids.max'), String(processes));
    },
    outOfMemoryKills: () => counter(join(group, 'memory.events')),
    remove: () => removeWhenEmpty(group),
  };
}

async function counter(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** A group can be removed once its last process is reaped, which follows the kill within milliseconds. */
async function removeWhenEmpty(group: string): Promise<void> {
  for (let look = 0; look < 50; look += 1) {
    const busy = await rmdir(group).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'EBUSY',
    );
    if (!busy) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
