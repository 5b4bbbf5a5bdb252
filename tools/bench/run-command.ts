import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** What a command wrote and took. */
export interface CommandFigures {
  readonly stdout: string;
  /** The most memory that its own process held. */
  readonly peakMemoryMb: number;
  /** Seconds of all cores, its sandboxes counted. */
  readonly cpuSeconds: number;
}

const LOOK_MS = 100;
const TICKS_A_SECOND = 100;

/** Runs the program; exit codes 0 and 3 (nothing verified) are ends. Run one at a time: the time of all children counts. */
export async function runCommand(command: string, args: readonly string[]): Promise<CommandFigures> {
  const before = await childrenSeconds();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const written = text(child.stdout);
  let peak = 0;
  const timer = setInterval(() => {
    readFile(`/proc/${child.pid ?? 0}/status`, 'utf8').then(
      (status) => (peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)),
      () => undefined,
    );
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(timer));
  if (code !== 0 && code !== 3) throw new Error(`the run ended with code ${code ?? 'none'}`);
  return { stdout: await written, peakMemoryMb: Math.round(peak), cpuSeconds: (await childrenSeconds()) - before };
}

/** Seconds of all cores that children of this process took which have ended, with theirs. */
async function childrenSeconds(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_A_SECOND;
}
