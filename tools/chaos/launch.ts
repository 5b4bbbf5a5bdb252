import { spawn } from 'node:child_process';
import type { Ending } from './disturb.ts';

/** Runs a program in a process group of its own and kills the whole group after a delay in ms, without a chance to clean up. */
export async function launch(command: string, args: readonly string[], killAfterMs?: number): Promise<Ending> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr, killed] = ['', '', false];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-20_000)));
  const timer =
    killAfterMs === undefined
      ? undefined
      : setTimeout(() => {
          killed = killGroup(child.pid);
        }, killAfterMs);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code));
    });
    return { killed: killed && exitCode === null, exitCode, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

/** False where the group is gone already. */
function killGroup(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
