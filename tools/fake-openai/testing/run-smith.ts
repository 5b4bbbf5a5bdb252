import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');
/** The key of the tests; it must be found nowhere. */
export const KEY = 'sk-planted-secret';

const MAIN = join(ROOT, 'apps', 'cli', 'src', 'main.ts');
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '/',
  NODE_COMPILE_CACHE: join(ROOT, '.cache', 'node'),
  MLE_SMITH_API_KEY: KEY,
};
const FLAGS = ['--disable-warning=ExperimentalWarning'];

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the product to its end, with the key of the tests. */
export function runSmith(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) =>
    execFile(process.execPath, [...FLAGS, MAIN, ...args], { env: ENVIRONMENT }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    ),
  );
}

/** Starts a command of the product as a process group of its own; its stderr is piped. */
export function startSmith(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...FLAGS, MAIN, ...args], { env: ENVIRONMENT, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Writes a small dataset that an agent can look at within a second. */
export async function writeOrchard(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const rows = Array.from({ length: 260 }, (_, row) =>
    [(row * 37) % 101, row % 13, ['clay', 'loam'][row % 2], (((row * 37) % 101) + (row % 13)) / 2].join(','),
  );
  await writeFile(join(folder, 'orchard.csv'), `rain,age,soil,weight\n${rows.join('\n')}\n`);
  return folder;
}
