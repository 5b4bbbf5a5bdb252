import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { processOf, type ProcessStat } from './process-stat.ts';

/** What a command wrote and took. */
export interface CommandFigures {
  readonly stdout: string;
  /** The most memory that its own process held. */
  readonly peakMemoryMb: number;
  /** Seconds of all cores, of the program and of its sandboxes; what lived for less than a look is not seen. */
  readonly cpuSeconds: number;
}

const LOOK_MS = 200;

/** Runs the program; exit codes 0 and 3 (nothing verified) are ends. */
export async function runCommand(command: string, args: readonly string[]): Promise<CommandFigures> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const written = text(child.stdout);
  let peak = 0;
  const seconds = new Map<string, number>();
  const look = async (pid: number): Promise<void> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    for (const { name, cpuSeconds } of await family(pid)) seconds.set(name, cpuSeconds);
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => (looking = look(child.pid ?? 0)), LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(timer));
  if (code !== 0 && code !== 3) throw new Error(`the run ended with code ${code ?? 'none'}`);
  await looking;
  const taken = [...seconds.values()].reduce((sum, each) => sum + each, 0);
  return { stdout: await written, peakMemoryMb: Math.round(peak), cpuSeconds: taken };
}

/** A process and what descends from it. */
async function family(pid: number): Promise<ProcessStat[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')));
  const all = texts.filter((stat) => stat !== '').map(processOf);
  const members = all.filter(({ id }) => id === pid);
  for (const member of members) members.push(...all.filter(({ parent }) => parent === member.id));
  return members;
}
