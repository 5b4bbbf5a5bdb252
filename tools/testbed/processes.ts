import { execFile, spawn } from 'node:child_process';
import { access, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from './wait-for.ts';

const execute = promisify(execFile);

/** Runs a program to its end; throws with the last lines of what it said. */
export async function runTool(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    const { stdout } = await execute(program, [...args], { maxBuffer: 1 << 26, ...options });
    return stdout;
  } catch (cause) {
    const { code, stdout = '', stderr = '' } = cause as { code?: string | number; stdout?: string; stderr?: string };
    const end = `${stdout}${stderr}`.trim().split('\n').slice(-5).join(' | ');
    throw new Error(code === 'ENOENT' ? `${program} is not installed` : `${program} failed: ${end}`, { cause });
  }
}

/** Starts a program that outlives this one, in a process group of its own, with its output in `log`. */
export async function startDetached(program: string, args: readonly string[], log: string, env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const output = await open(log, 'a');
  try {
    const child = spawn(program, [...args], { detached: true, stdio: ['ignore', output.fd, output.fd], env });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.on('error', reject);
    child.on('spawn', () => resolve(child.pid as number));
    child.unref();
    return await promise;
  } finally {
    await output.close();
  }
}

/** When a process began, in words of the system: tells it from another one that got the same number. Undefined where there is none. */
export async function birthOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return execute('ps', ['-o', 'lstart=', '-p', String(pid)]).then(
      ({ stdout }) => stdout.trim() || undefined,
      () => undefined,
    );
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended: only its parent has not asked yet.
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}

/** Ends a process group: asks, and after 10 s no longer asks. Resolves when it is gone. */
export async function endGroup(pid: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  send(pid, signal);
  const gone = async (): Promise<boolean> => (await birthOf(pid)) === undefined;
  if (!(await waitFor(gone, 10_000))) {
    send(pid, 'SIGKILL');
    await waitFor(gone, 10_000);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether a file or folder is there. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Whether an address answers within two seconds, and well. */
export function answers(url: string, init: RequestInit = {}): Promise<boolean> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(2_000) }).then(
    (reply) => reply.ok,
    () => false,
  );
}

/** Brings the jars that a Maven project needs into the folder `jars` of a home. `property` is the version's name in the project. */
export async function mavenJars(project: string, property: string, version: string, home: string): Promise<void> {
  const jars = join(home, 'jars');
  await rm(jars, { recursive: true, force: true });
  await mkdir(jars, { recursive: true });
  await runTool('mvn', [
    '-q',
    '-B',
    '-f',
    project,
    `-D${property}=${version}`,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${jars}`,
    '-DincludeScope=runtime',
  ]);
}
