import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '@mle-smith/package';
import { own } from '@mle-smith/contracts';
import { CliError } from './cli-error.ts';
import type { NamedDataset } from './datasets.ts';
import { replaceFile } from './replace-file.ts';

const Folders = z.record(z.string(), z.object({ path: z.string(), listing: z.string() }));

/**
 * Adds the folders of this call's datasets to those of earlier calls: id → path. A dataset is one moment's state: a folder
 * whose files changed since the run first saw it is refused.
 */
export async function rememberFolders(state: string, datasets: readonly NamedDataset[]): Promise<Readonly<Record<string, string>>> {
  const file = join(state, 'datasets.json');
  const before = await readFolders(file);
  const known = { ...before };
  for (const { id, path } of datasets) {
    const listing = await listingOf(path);
    const earlier = own(before, id);
    if (earlier !== undefined && earlier.listing !== listing)
      throw new CliError(
        'dataset_changed',
        `the files of the dataset "${id}" are not those that this run began with [path=${path}]; use another --out for the new ones`,
      );
    known[id] = { path, listing };
  }
  await replaceFile(file, canonicalJson(known));
  return Object.fromEntries(Object.entries(known).map(([id, entry]) => [id, entry.path]));
}

/** The folders that earlier calls named: id → path. */
export async function knownFolders(state: string): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(Object.entries(await readFolders(join(state, 'datasets.json'))).map(([id, { path }]) => [id, path]));
}

async function readFolders(file: string): Promise<z.infer<typeof Folders>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return Folders.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError('state_damaged', `the run's list of datasets cannot be read [path=${file}]; start again with another --out`, { cause: error });
  }
}

/** A digest over the names, sizes and times of a folder's files; cheap, and different whenever somebody wrote to one. */
async function listingOf(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const lines = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const stats = await lstat(file).catch(() => undefined);
        return `${file.slice(path.length)} ${stats?.size ?? 0} ${stats?.mtimeMs ?? 0}`;
      }),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
