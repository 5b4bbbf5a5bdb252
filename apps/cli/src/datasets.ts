import { access, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readSource } from '@mle-smith/ingest';
import { slug } from '@mle-smith/task';
import { CliError } from './cli-error.ts';
import { EXIT_CODES } from './exit-codes.ts';

/** A folder that was named on the command line. */
export interface NamedDataset {
  readonly id: string;
  readonly path: string;
}

/**
 * Gives each folder its id: that of its source.json, else one from its name. The same folder twice counts once;
 * two folders with one id are a usage error, and so is a path that is no folder: nothing is written for a mistyped name.
 */
export async function nameDatasets(paths: readonly string[]): Promise<NamedDataset[]> {
  if (paths.some((path) => path.trim() === ''))
    throw new CliError('dataset_unnamed', 'the name of a dataset folder is empty', { exitCode: EXIT_CODES.usage.code });
  const named = new Map<string, NamedDataset>();
  for (const path of [...new Set(paths.map((candidate) => resolve(candidate)))]) {
    await needFolder(path);
    await refuseCollection(path);
    const stated = (await readSource(path)).id;
    const id = slug(stated ?? basename(path), 'dataset', 40);
    const other = named.get(id);
    if (other !== undefined)
      throw new CliError(
        'duplicate_dataset',
        `two folders are the dataset "${id}": ${other.path} and ${path}; give one of them another "id" in its source.json`,
        { exitCode: EXIT_CODES.usage.code },
      );
    named.set(id, { id, path });
  }
  return [...named.values()];
}

/** A dataset is a folder that is there. */
async function needFolder(path: string): Promise<void> {
  const usage = { exitCode: EXIT_CODES.usage.code };
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw new CliError('path_missing', `there is no such dataset folder [path=${path}]; check the spelling, nothing was started`, usage);
    throw new CliError('not_readable', `the dataset folder cannot be read [path=${path}]: ${error.message}; nothing was started`, { ...usage, cause: error });
  });
  if (!found.isDirectory())
    throw new CliError(
      'not_a_directory',
      `a dataset is a folder, and this is a file [path=${path}]; put it into a folder of its own and name that folder`,
      usage,
    );
}

/** A folder of datasets is no dataset: its parts would be read as tables of one. */
async function refuseCollection(path: string): Promise<void> {
  const has = (folder: string): Promise<boolean> =>
    access(join(folder, 'source.json')).then(
      () => true,
      () => false,
    );
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const inner = await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => has(join(path, entry.name))));
  if (inner.some(Boolean) && !(await has(path)))
    throw new CliError('folder_of_datasets', `this folder holds datasets, each with its source.json [path=${path}]; did you mean ${path}/*/ ?`, {
      exitCode: EXIT_CODES.usage.code,
    });
}
