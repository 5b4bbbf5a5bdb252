import { spawnSync } from 'node:child_process';
import type { Isolation } from '@mle-smith/contracts';
import { seccompFilter } from '@mle-smith/environment/sandbox';
import { bubblewrapArguments, type BubblewrapMode } from './bubblewrap-arguments.ts';
import { createControlGroup } from './cgroup.ts';

/** What this machine can do for untrusted code, found by trying. */
export interface SandboxProbe {
  readonly mode: BubblewrapMode | 'process';
  readonly isolation: Isolation;
  /** What to do to get more, in words; empty where nothing is missing. */
  readonly advice: readonly string[];
}

/** Runs bubblewrap once as a job would, in the mode that fits the caller; a missing or refused one gives `process`. */
export async function probeSandbox(): Promise<SandboxProbe> {
  const mode = process.getuid?.() === 0 ? 'root' : 'user';
  const missing = whatIsMissing(mode);
  if (missing !== undefined)
    return { mode: 'process', isolation: { kind: 'none', gaps: ['no sandbox: code runs as a process of the caller, with its network'] }, advice: [missing] };
  const gaps: string[] = [];
  const advice: string[] = [];
  const group = await createControlGroup('probe');
  if (group === undefined) {
    gaps.push('no control groups: the memory of many processes together is watched ten times a second, not limited by the kernel');
    advice.push('run where control groups are writable (root, or a delegated systemd scope) to have the memory of many processes limited by the kernel');
  }
  await group?.remove();
  if (seccompFilter(process.arch) === undefined) gaps.push(`no system call filter for this processor (${process.arch})`);
  return { mode, isolation: { kind: mode === 'root' ? 'bubblewrap-root' : 'bubblewrap-user', gaps }, advice };
}

/** What keeps bubblewrap from working here and what to do, in words; undefined where it works. */
function whatIsMissing(mode: BubblewrapMode): string | undefined {
  const [program = 'bwrap', ...rest] = bubblewrapArguments({
    mode,
    uid: 200_000,
    readOnly: {},
    inbox: '/usr',
    disks: { '/output': 4096 },
    environment: { PATH: '/usr/bin:/bin' },
    command: ['true'],
  });
  const tried = spawnSync(program, rest, { encoding: 'utf8', timeout: 10_000, cwd: '/' });
  if (tried.status === 0) return undefined;
  if ((tried.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    return 'install the package bubblewrap (Debian, Ubuntu: apt-get install bubblewrap)';
  const said = tried.stderr.trim().slice(0, 200);
  if (/unknown option/i.test(said)) return `bubblewrap is too old here (${said}); install version 0.8 or newer`;
  if (/setpriv/.test(said)) return `install the package util-linux, which has setpriv (${said})`;
  return `bubblewrap is installed and may not make namespaces here (${said}); allow unprivileged user namespaces or run in a container that does`;
}
