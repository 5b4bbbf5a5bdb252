import { access, constants, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { SandboxJobRunner } from '@mle-smith/adapter-sandbox';
import { SqliteTaskStore, StateDamagedError, StateInUseError, StateVersionError } from '@mle-smith/adapter-sqlite';
import { LAYOUT_MARKS, layoutOf, normalForm, putDirectory, type ArtifactStore, type Digest, type Layout } from '@mle-smith/package';
import { jobEventOf, LimitedJobs, type JobRunner } from '@mle-smith/environment';
import { noteEvent } from '@mle-smith/stage-runtime';
import { makeBenchFolder } from './bench-folder.ts';
import { CliError } from './cli-error.ts';
import type { CliConfig } from './config.ts';
import { diskFull, isDiskFull, writing } from './disk-full.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { makeFolder } from './make-folder.ts';
import { notedServer } from './server/noted-server.ts';

/** Folders of a run directory. */
export function runFolders(out: string): { root: string; state: string; artifacts: string; calls: string; tasks: string; report: string; work: string } {
  const root = resolve(out);
  const state = join(root, '.state');
  return {
    root,
    state,
    artifacts: join(state, 'artifacts'),
    calls: join(state, 'calls'),
    tasks: join(root, 'tasks'),
    report: join(root, 'report'),
    work: join(state, 'work'),
  };
}

/** What a run works with. */
export interface Workshop {
  readonly store: SqliteTaskStore;
  readonly artifacts: FilesystemArtifactStore;
  readonly jobs: JobRunner;
  close(): Promise<void>;
}

/** Opens a run directory for work. Throws `CliError` where it cannot be written or another process holds it. */
export async function openWorkshop(out: string, config: CliConfig, allowUnsandboxed: boolean): Promise<Workshop> {
  const folders = runFolders(out);
  const store = await openRunState(out);
  try {
    const artifacts = await writing(folders.artifacts, () => FilesystemArtifactStore.open(folders.artifacts));
    const jobs = await writing(folders.work, () => openJobs(artifacts, folders.work, config, allowUnsandboxed));
    return {
      store,
      artifacts,
      jobs,
      async close() {
        await jobs.close();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw isDiskFull(error) ? diskFull(folders.root, error) : error;
  }
}

/** Opens the state of a run directory, made where it is missing. Throws as `openWorkshop` does. */
export async function openRunState(out: string): Promise<SqliteTaskStore> {
  await makeRunDirectory(out);
  const { root, state } = runFolders(out);
  try {
    return await writing(join(state, 'state.sqlite'), async () => SqliteTaskStore.open(state));
  } catch (error) {
    if (error instanceof StateInUseError || error instanceof StateVersionError || error instanceof StateDamagedError)
      throw new CliError(error.code, error.message, { cause: error });
    throw notWritable(root, error);
  }
}

/** Makes the folder of a run. Throws `CliError` where it cannot be written, or holds something else. */
export async function makeRunDirectory(out: string): Promise<void> {
  const { root, state } = runFolders(out);
  await refuseForeignFolder(root);
  try {
    await makeFolder(state);
    await access(root, constants.W_OK);
  } catch (error) {
    throw notWritable(root, error);
  }
}

function notWritable(root: string, cause: unknown): CliError {
  if (isDiskFull(cause)) return diskFull(root, cause);
  return new CliError(
    'out_not_writable',
    `the run directory cannot be written [out=${root}]: ${reasonOf(cause)}; choose another --out or change its permissions`,
    { cause },
  );
}

/** A folder with other things in it, a dataset for example, does not become a run directory by a slip. */
async function refuseForeignFolder(root: string): Promise<void> {
  const names = await readdir(root).catch(() => [] as string[]);
  if (names.length > 0 && !names.includes('.state'))
    throw new CliError('out_not_empty', `the folder is not empty and holds no run [out=${root}]; choose another --out`);
}

/** Opens a run directory for reading, beside a run that may be at work. */
export async function openArchive(out: string): Promise<{ store: SqliteTaskStore; artifacts: FilesystemArtifactStore; close: () => void }> {
  const folders = runFolders(out);
  try {
    await access(join(folders.state, 'state.sqlite'), constants.R_OK);
  } catch (error) {
    const server = await notedServer(folders.state);
    if (server !== undefined)
      throw new CliError(
        'run_elsewhere',
        `this folder was made with --server ${server} [out=${folders.root}]; ask there: --server ${server} in place of --out`,
        {
          cause: error,
        },
      );
    throw new CliError('no_run', `there is no run here [out=${folders.root}]; name the directory that was given to --out`, { cause: error });
  }
  const store = SqliteTaskStore.openReader(folders.state);
  return { store, artifacts: await FilesystemArtifactStore.open(folders.artifacts), close: () => store.close() };
}

/** Artifacts and sandboxes in a temporary folder, for work on packages outside of any run. */
export async function openBench(
  config: CliConfig,
  allowUnsandboxed: boolean,
): Promise<{ artifacts: ArtifactStore; jobs: JobRunner; close: () => Promise<void> }> {
  const { folder, remove } = await makeBenchFolder();
  const artifacts = await FilesystemArtifactStore.open(join(folder, 'artifacts'));
  const jobs = await openJobs(artifacts, join(folder, 'work'), config, allowUnsandboxed);
  return {
    artifacts,
    jobs,
    async close() {
      await jobs.close();
      await remove();
    },
  };
}

/** Sandboxes, as many at work as there are processors. */
async function openJobs(artifacts: ArtifactStore, workDirectory: string, config: CliConfig, allowUnsandboxed: boolean): Promise<JobRunner> {
  const { python, mleEnvPath, cpus } = config;
  return new LimitedJobs(await SandboxJobRunner.open({ artifacts, python, mleEnvPath, workDirectory, allowUnsandboxed }), Math.max(1, cpus), {
    ended: (ended) => noteEvent(jobEventOf(ended, { place: 'sandbox' }), ended.cameMs),
  });
}

/** Reads a package directory of any known layout into its normal form. Throws `CliError` where it is none. */
export async function loadPackage(artifacts: ArtifactStore, directory: string): Promise<{ bundle: Digest; layout: Layout }> {
  if (directory.trim() === '') throw new CliError('package_missing', 'the name of the package directory is empty', { exitCode: EXIT_CODES.usage.code });
  const root = resolve(directory);
  await readdir(root).catch((error: NodeJS.ErrnoException) => {
    throw new CliError('package_missing', `the package directory cannot be read [path=${root}]: ${reasonOf(error)}; check the path`, {
      ...(error.code === 'ENOENT' || error.code === 'ENOTDIR' ? { exitCode: EXIT_CODES.usage.code } : {}),
      cause: error,
    });
  });
  // Told by a few names, before anything is copied: a slip of the path may name a whole disk.
  const marks = await Promise.all(LAYOUT_MARKS.map((mark) => filesAt(root, mark.split('/'))));
  if (layoutOf(marks.flat()) === 'unknown')
    throw new CliError(
      'not_a_package',
      `this is no task package of a known layout [path=${root}]: it has neither task.json nor data/public/sample_submission.csv nor public/sample_submission.csv nor prepared/public; give the folder of one task`,
      { exitCode: EXIT_CODES.usage.code },
    );
  try {
    const files = await artifacts.getBundle(await putDirectory(artifacts, root));
    return { bundle: await artifacts.putBundle(await normalForm(artifacts, files)), layout: layoutOf(files.map((file) => file.path)) };
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw new CliError('no_space', `no space is left to copy the package to [path=${tmpdir()}]; free some or set TMPDIR`, { cause: error });
  }
}

/** Names in a folder that are looked at where a mark leaves a name open. */
const MOST_NAMES = 200;

/** The files below a folder that fit a path in which `*` stands for one name, or for the front of one. */
async function filesAt(root: string, [name = '', ...rest]: readonly string[], below = ''): Promise<string[]> {
  const fitting = name.startsWith('*')
    ? (await readdir(join(root, below)).catch(() => [])).filter((entry) => entry.endsWith(name.slice(1))).slice(0, MOST_NAMES)
    : [name];
  if (rest.length > 0) return (await Promise.all(fitting.map((entry) => filesAt(root, rest, join(below, entry))))).flat();
  const found = await Promise.all(fitting.map(async (entry) => ((await isFile(join(root, below, entry))) ? [join(below, entry)] : [])));
  return found.flat();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The short reason of a file system's error. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'it does not exist',
    EACCES: 'permission denied',
    EPERM: 'not permitted',
    ENOTDIR: 'it is not a folder',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space is left',
    EEXIST: 'a file is in the way',
  };
  return (code === undefined ? undefined : known[code]) ?? (error instanceof Error ? error.message : String(error));
}
