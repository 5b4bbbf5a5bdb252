import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptPort } from '../ports.ts';
import { answers, birthOf, endGroup, runTool, startDetached } from '../processes.ts';
import type { RunningServer } from '../server-recipe.ts';
import { waitFor } from '../wait-for.ts';

const START_MS = 30_000;

/** A server that a package of the system brings, and that listens on one port of HTTP. */
export interface PackagedServer {
  readonly name: string;
  readonly program: string;
  /** Flags beside the one that says where to listen. */
  readonly flags: readonly string[];
  readonly details: Readonly<Record<string, string>>;
}

/** Throws, with the packages of Debian that bring them, where programs are not installed. */
export async function checkPrograms(packages: Readonly<Record<string, string>>): Promise<void> {
  const found = await Promise.all(
    Object.entries(packages).map(async ([program, debian]) =>
      runTool(program, ['--version']).then(
        () => [],
        () => [debian],
      ),
    ),
  );
  const lacking = [...new Set(found.flat())];
  if (lacking.length > 0) throw new Error(`these packages are needed: ${lacking.join(' ')}`);
}

/** Starts it on the loopback, at the port that an earlier start in this folder had. Throws with its last words where it does not get ready. */
export async function startPackaged(run: string, { name, program, flags, details }: PackagedServer): Promise<RunningServer> {
  const [log, port] = [join(run, `${name}.log`), await keptPort(run)];
  const address = `http://127.0.0.1:${port}`;
  const pid = await startDetached(program, [...flags, `--web.listen-address=127.0.0.1:${port}`], log);
  let dead = false;
  const ready = await waitFor(async () => {
    dead = (await birthOf(pid)) === undefined;
    return dead || isReady(address);
  }, START_MS);
  if (dead || !ready) {
    await endGroup(pid, 'SIGKILL');
    throw new Error(`${program} did not start: ${(await readFile(log, 'utf8')).trim().split('\n').slice(-5).join(' | ')}`);
  }
  return { name, address, pid, details };
}

/** Whether a server of the makers of Prometheus takes requests. */
export function isReady(address: string): Promise<boolean> {
  return answers(`${address}/-/ready`);
}
