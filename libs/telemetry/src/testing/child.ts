import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const START = join(import.meta.dirname, '../start.ts');

/** A process with telemetry started before its program. */
export interface Child {
  readonly output: () => string;
  /** The lines of its log so far. */
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
  readonly exited: Promise<number | null>;
  readonly pid: number;
  kill(): void;
}

/** Runs a program, ECMAScript as text, under `node --import`. `start: false` leaves telemetry out. */
export function runChild(program: string, env: Readonly<Record<string, string>>, { start = true } = {}): Child {
  const surroundings = { PATH: process.env['PATH'] ?? '', MLE_SMITH_METRICS_HOST: '127.0.0.1', MLE_SMITH_METRICS_PORT: '0', ...env };
  const preload = start ? ['--import', START] : [];
  const child = spawn(process.execPath, [...preload, '--input-type=module', '--eval', program], {
    env: surroundings,
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part));
  child.stderr.on('data', (part: Buffer) => (output += part));
  const lines = (): Readonly<Record<string, unknown>>[] =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    output: () => output,
    lines,
    exited: once(child, 'close').then(([code]) => code as number | null),
    pid: child.pid ?? 0,
    kill: () => child.kill('SIGKILL'),
  };
}

/** Waits until something holds, at most half a minute. */
export async function until<Value>(
  what: string,
  read: () => Value | undefined | false | Promise<Value | undefined | false>,
  longestMs = 30_000,
): Promise<Value> {
  const end = Date.now() + longestMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited in vain [for=${what}]`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
