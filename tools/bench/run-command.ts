import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** What a command wrote and took. */
export interface CommandFigures {
  readonly stdout: string;
  /** The most memory that its own process held. */
  readonly peakMemoryMb: number;
  /** Seconds of all cores, of the program and of its sandboxes; what lived for less than a look is not seen. */
  readonly cpuSeconds: number;
}

const LOOK_MS = 200;
const TICKS_A_SECOND = 100;

/** Runs the program; exit codes 0 and 3 (nothing verified) are ends. */
export async function runCommand(command: string, args: readonly string[]): Promise<CommandFigures> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const written = text(child.stdout);
  let peak = 0;
  const ticks = new Map<string, number>();
  const look = async (pid: number): Promise<void> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    for (const { name, ticks: taken } of await family(pid)) ticks.set(name, taken);
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => (looking = look(child.pid ?? 0)), LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(timer));
  if (code !== 0 && code !== 3) throw new Error(`the run ended with code ${code ?? 'none'}`);
  await looking;
  const taken = [...ticks.values()].reduce((sum, each) => sum + each, 0);
  return { stdout: await written, peakMemoryMb: Math.round(peak), cpuSeconds: taken / TICKS_A_SECOND };
}

interface ProcessTicks {
  /** Its id and when it began: ids are used again. */
  readonly name: string;
  readonly id: number;
  readonly parent: number;
  /** Time of its own on all cores. */
  readonly ticks: number;
}

/** A process and what descends from it. */
async function family(pid: number): Promise<ProcessTicks[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')));
  const all = texts.filter((stat) => stat !== '').map(processOf);
  const members = all.filter(({ id }) => id === pid);
  for (const member of members) members.push(...all.filter(({ parent }) => parent === member.id));
  return members;
}

/** One process, as /proc/ID/stat tells it: its name, in brackets, may hold anything. */
function processOf(stat: string): ProcessTicks {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const id = Number.parseInt(stat, 10);
  return { id, name: `${id} ${fields[19] ?? ''}`, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}
