import { spawnSync } from 'node:child_process';
import type { Isolation } from '@mle-smith/contracts';
import { createControlGroup } from './cgroup.ts';
import { seccompFilter } from './seccomp.ts';

/** What this machine can do for untrusted code, found by trying. */
export interface SandboxProbe {
  readonly mode: 'root' | 'user' | 'process';
  readonly isolation: Isolation;
  /** What to do to get more, in words; empty where nothing is missing. */
  readonly advice: readonly string[];
}

/** Runs bubblewrap once in the mode that fits the caller; a missing or refused one gives `process`. */
export async function probeSandbox(): Promise<SandboxProbe> {
  const root = process.getuid?.() === 0;
  const mode = root ? 'root' : 'user';
  const unshare = root ? ['--unshare-pid', '--unshare-net'] : ['--unshare-all', '--unshare-user', '--disable-userns', '--uid', '65532', '--gid', '65532'];
  const tried = spawnSync('bwrap', [...unshare, '--ro-bind', '/', '/', '--', 'true'], { encoding: 'utf8', timeout: 10_000 });
  if (tried.status !== 0) {
    const missing = (tried.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    const advice = missing
      ? 'install the package bubblewrap (Debian, Ubuntu: apt-get install bubblewrap)'
      : `bubblewrap is installed and may not make namespaces here (${tried.stderr.trim().slice(0, 200)}); allow unprivileged user namespaces or run in a container that does`;
    return { mode: 'process', isolation: { kind: 'none', gaps: ['no sandbox: code runs as a process of the caller'] }, advice: [advice] };
  }
  const gaps: string[] = [];
  const advice: string[] = [];
  if (root && spawnSync('setpriv', ['--version']).status !== 0)
    return {
      mode: 'process',
      isolation: { kind: 'none', gaps: ['no sandbox: code runs as a process of the caller'] },
      advice: ['install the package util-linux, which has setpriv'],
    };
  const group = await createControlGroup('probe');
  if (group === undefined) {
    gaps.push('no control groups: memory is limited for each process, not for all processes of a job together');
    advice.push('run where control groups are writable (root, or a delegated systemd scope) to bound the memory of many processes together');
  }
  await group?.remove();
  if (seccompFilter(process.arch) === undefined) {
    gaps.push(`no system call filter for this processor (${process.arch})`);
  }
  return { mode, isolation: { kind: root ? 'bubblewrap-root' : 'bubblewrap-user', gaps }, advice };
}
