import { join } from 'node:path';
import { bubblewrapArguments, type BubblewrapMode } from './bubblewrap-arguments.ts';
import type { PythonRuntime } from './python-runtime.ts';

/** How sandboxes are started: in bubblewrap, or (ours only) as a plain limited process. */
export interface SandboxSettings {
  readonly mode: BubblewrapMode | 'process';
  readonly python: PythonRuntime;
  /** Folder that holds the `mle_env` package. */
  readonly mleEnvPath: string;
  readonly seccompFile: string | undefined;
  readonly memoryMb: number;
  readonly processes: number;
  readonly diskMb: number;
}

/** What one sandbox has of its own. */
export interface SandboxPlace {
  /** Fresh private folder of the host; `input` below it is the inbox. */
  readonly root: string;
  readonly uid: number;
  readonly hashSeed: number;
  /** Whether Python keeps what a job's module imports for the jobs after it. */
  readonly warm: boolean;
  /** Files that the process writes its id into to join its control group. */
  readonly joinFiles: readonly string[];
}

/** Descriptors of the started program besides its standard three. */
export const INFO_DESCRIPTOR = 3;
const SECCOMP_DESCRIPTOR = 4;

/** Where sandboxes see the `mle_env` package. */
const SOURCES = '/mle-smith/src';

/** A program with its surroundings, as `spawn` takes it. */
export interface SandboxCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
}

/** What starts process 1 of a sandbox. Expects a pipe at `INFO_DESCRIPTOR` and the filter, where there is one, after it. */
export function sandboxCommand(settings: SandboxSettings, place: SandboxPlace): SandboxCommand {
  const environment = pythonEnvironment(place);
  // -I would ignore PYTHONHASHSEED; -P and -s keep scripts from being shadowed by their folder or a user's packages.
  const python = (sources: string): string[] => ['-P', '-s', join(sources, 'mle_env/server/__main__.py'), sources];
  if (settings.mode === 'process') {
    const output = join(place.root, 'output');
    return {
      program: settings.python.executable,
      arguments: [...python(settings.mleEnvPath), place.root],
      environment: { ...environment, HOME: output, TMPDIR: join(place.root, 'tmp') },
      directory: output,
    };
  }
  const bytes = settings.diskMb * 1024 * 1024;
  const bubblewrap = bubblewrapArguments({
    mode: settings.mode,
    uid: place.uid,
    readOnly: { ...settings.python.folders, [SOURCES]: settings.mleEnvPath },
    inbox: join(place.root, 'input'),
    // Each is a file system of its own; together they are the disk of the job.
    disks: { '/output': bytes / 2, '/tmp': (bytes / 8) * 3, '/dev/shm': bytes / 8 },
    infoDescriptor: INFO_DESCRIPTOR,
    seccompDescriptor: settings.seccompFile === undefined ? undefined : SECCOMP_DESCRIPTOR,
    environment,
    command: [settings.python.inside, ...python(SOURCES)],
  });
  const join_ = place.joinFiles.map((file) => `echo $$ > '${file}' && `).join('');
  return {
    program: '/bin/sh',
    arguments: ['-c', `${join_}exec "$@"`, 'sh', ...bubblewrap],
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    directory: '/',
  };
}

function pythonEnvironment(place: SandboxPlace): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: '/output',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    TMPDIR: '/tmp',
    PYTHONHASHSEED: String(place.hashSeed),
    PYTHONDONTWRITEBYTECODE: '1',
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
    LOKY_MAX_CPU_COUNT: '1',
    ...(place.warm ? { MLE_SMITH_KEEP_IMPORTS: '1' } : {}),
  };
}
