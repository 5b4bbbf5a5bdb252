import { dirname } from 'node:path';

/** Who calls: root has no need of a user namespace and must not use one (an inner uid would still be root to the kernel). */
export type BubblewrapMode = 'root' | 'user';

export interface BubblewrapSpec {
  readonly mode: BubblewrapMode;
  /** Real uid and gid of the sandbox in root mode; one a sandbox, so that process limits count apart. */
  readonly uid: number;
  /** Folders that are mounted read-only: where the sandbox sees them, and where the host has them. */
  readonly readOnly: Readonly<Record<string, string>>;
  /** Host folder that is mounted read-only at /input. */
  readonly inbox: string;
  /** Sizes in bytes of the folders that a job may write to. */
  readonly disks: Readonly<Record<string, number>>;
  /** Descriptor that the process id of process 1, as the host sees it, is written to. */
  readonly infoDescriptor?: number | undefined;
  /** Descriptor that holds the seccomp filter. */
  readonly seccompDescriptor?: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** Uid inside a user namespace. */
const NOBODY = 65532;

const ROOT_MODE = [
  '--unshare-ipc',
  '--unshare-pid',
  '--unshare-net',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--cap-drop',
  'ALL',
  '--cap-add',
  'CAP_SETUID',
  '--cap-add',
  'CAP_SETGID',
  '--cap-add',
  'CAP_SETPCAP',
];
const USER_MODE = ['--unshare-all', '--unshare-user', '--disable-userns', '--uid', String(NOBODY), '--gid', String(NOBODY), '--cap-drop', 'ALL'];

/** The command line of one sandbox: program and arguments. The order of mounts matters; see the comments. */
export function bubblewrapArguments(spec: BubblewrapSpec): string[] {
  return [
    'bwrap',
    ...(spec.mode === 'root' ? ROOT_MODE : USER_MODE),
    '--die-with-parent',
    '--new-session',
    '--as-pid-1',
    '--clearenv',
    '--hostname',
    'sandbox',
    ...Object.entries(spec.environment).flatMap(([name, value]) => ['--setenv', name, value]),
    '--ro-bind',
    '/usr',
    '/usr',
    ...['/lib', '/lib64', '/bin'].flatMap((path) => ['--ro-bind-try', path, path]),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    // Before the read-only folders: an interpreter may lie below /tmp and would vanish under a later mount.
    ...Object.entries(spec.disks).flatMap(([path, bytes]) => ['--size', String(bytes), '--perms', '1777', '--tmpfs', path]),
    // Missing parents of a mount point would be 0700 and shut another uid out.
    ...[...new Set(Object.keys(spec.readOnly).flatMap(parents))].flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...Object.entries(spec.readOnly).flatMap(([inside, path]) => ['--ro-bind', path, inside]),
    '--ro-bind',
    spec.inbox,
    '/input',
    // Else the root's own tmpfs would be an unlimited scratch.
    '--remount-ro',
    '/',
    '--remount-ro',
    '/dev',
    '--remount-ro',
    '/proc',
    '--chdir',
    '/output',
    ...(spec.infoDescriptor === undefined ? [] : ['--info-fd', String(spec.infoDescriptor)]),
    ...(spec.seccompDescriptor === undefined ? [] : ['--seccomp', String(spec.seccompDescriptor)]),
    '--',
    ...(spec.mode === 'root'
      ? ['setpriv', `--reuid=${spec.uid}`, `--regid=${spec.uid}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', '--']
      : []),
    ...spec.command,
  ];
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...parents(parent), parent];
}
