import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Why no process can be given mounts of its own here; undefined where it can. */
export async function cannotUnshare(): Promise<string | undefined> {
  return execute('unshare', ['--mount', 'sh', '-c', 'mount --bind /etc/hostname /etc/hosts']).then(
    () => undefined,
    () => 'this machine lets nobody have mounts of his own (unshare --mount)',
  );
}

/** Runs a program that sees one file in place of another one. */
export function withFileMounted(source: string, target: string): readonly string[] {
  return ['unshare', '--mount', 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh', source, target];
}

/** Runs a program for which a folder is a file system of its own, of so many MiB. */
export function withFolderOfSize(folder: string, megabytes: number): readonly string[] {
  return [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mkdir -p "$1" && mount -t tmpfs -o size="$2"m tmpfs "$1" && shift 2 && exec "$@"',
    'sh',
    folder,
    String(megabytes),
  ];
}
