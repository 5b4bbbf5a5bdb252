import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a kubelet sets for the whole machine. */
const SETTINGS = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops', 'kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes'];
const NOTE = join(tmpdir(), 'mle-smith-testbed-kernel.json');

/** Notes the kernel's settings before the first cluster of the machine starts. */
export async function noteKernelSettings(): Promise<void> {
  const entries = await Promise.all(SETTINGS.map(async (name) => [name, await readFile(join('/proc/sys', name), 'utf8').catch(() => undefined)]));
  await writeFile(NOTE, JSON.stringify(Object.fromEntries(entries)));
}

/** Puts back what was noted, when the last cluster of the machine has ended. */
export async function restoreKernelSettings(): Promise<void> {
  const text = await readFile(NOTE, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, string>)) await writeFile(join('/proc/sys', name), value);
  await rm(NOTE, { force: true });
}
