import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '..', '..');
/** Half the time of a start is spent on reading TypeScript. */
const COMPILED = join(ROOT, '.cache', 'node');
const LINES_KEPT = 500;

/** One line of a service's log. */
export interface LogLine {
  readonly code: string;
  readonly task?: string;
  readonly dataset?: string;
  readonly stage?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A service as a process of this machine. */
export interface ServiceProcess {
  readonly app: string;
  readonly child: ChildProcess;
  /** Its last lines, newest at the end. */
  readonly lines: LogLine[];
  /** What was written that is no log line: a crash of Node, say. */
  readonly noise: string[];
  /** Resolves with the first line of this code, however long ago it was written, or the next; rejects when the process ends before. */
  said(code: string): Promise<LogLine>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/**
 * Starts a service of this checkout with these settings beside those of the surroundings; `under` is a command with its
 * arguments that runs it in its place, as `unshare` does; `main` is the file that is run, with its arguments.
 */
export function startService(
  app: string,
  settings: Readonly<Record<string, string>>,
  onLine: (line: string) => void = () => undefined,
  under: readonly string[] = [],
  main: readonly string[] = [join(ROOT, 'apps', app, 'src/main.ts')],
): ServiceProcess {
  const service = ['--disable-warning=ExperimentalWarning', '--import', join(ROOT, 'libs/telemetry/src/start.ts'), ...main];
  const [program = process.execPath, ...args] = [...under, process.execPath, ...service];
  const child = spawn(program, args, { cwd: ROOT, env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: LogLine[] = [];
  const firsts = new Map<string, LogLine>();
  const noise: string[] = [];
  const waiting = new Set<(line: LogLine) => void>();
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (text) => {
      onLine(text);
      const line = lineOf(text);
      if (line === undefined) noise.push(text);
      else {
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
        if (!firsts.has(line.code)) firsts.set(line.code, line);
        for (const told of waiting) told(line);
      }
    });
  const said = (code: string): Promise<LogLine> => {
    const before = firsts.get(code);
    if (before !== undefined) return Promise.resolve(before);
    const found = Promise.withResolvers<LogLine>();
    const told = (line: LogLine): void => {
      if (line.code !== code) return;
      waiting.delete(told);
      found.resolve(line);
    };
    waiting.add(told);
    void ended.then((end) =>
      found.reject(
        Object.assign(
          new Error(
            `${app} ended before it said ${code} [exit=${end.code ?? end.signal}]: ${[...noise, ...lines.map((line) => JSON.stringify(line))].slice(-8).join('\n')}`,
          ),
          { code: 'service_ended' },
        ),
      ),
    );
    return found.promise;
  };
  return { app, child, lines, noise, said, ended };
}

/** A line of a log; undefined where a text is none. */
export function lineOf(text: string): LogLine | undefined {
  try {
    const line = JSON.parse(text) as LogLine;
    return typeof line.code === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}
