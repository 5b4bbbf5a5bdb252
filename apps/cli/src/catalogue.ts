import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TaskManifest } from '@mle-smith/contracts';
import { TwinIndex, traceOf } from '@mle-smith/task';
import { CliError } from './cli-error.ts';
import { reasonOf } from './workshop.ts';

/** The packages of a `tasks` folder, so that a new task that repeats one is told. Throws `CliError` where the folder cannot be read. */
export async function readCatalogue(directory: string): Promise<TwinIndex> {
  const root = resolve(directory);
  const names = await readdir(root).catch((error: unknown) => {
    throw new CliError('catalogue_missing', `the catalogue cannot be read [path=${root}]: ${reasonOf(error)}; name a folder of packages`, { cause: error });
  });
  const index = new TwinIndex();
  for (const name of names.filter((candidate) => !candidate.startsWith('.')).sort()) {
    const text = await readFile(join(root, name, 'task.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const manifest = manifestOf(text, join(root, name));
    if (manifest.lineage.micro !== undefined) continue;
    index.add(traceOf(manifest, await readFile(join(root, name, 'data/public/description.txt'), 'utf8').catch(() => '')));
  }
  return index;
}

/** What a catalogue needs of a manifest; other versions' packages have it too. */
const Known = TaskManifest.pick({ id: true, dataset: true, target: true, metric: true, lineage: true });

function manifestOf(text: string, path: string): ReturnType<typeof Known.parse> {
  try {
    return Known.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError('catalogue_damaged', `a package of the catalogue has a manifest that cannot be read [path=${path}]; mend or remove it`, {
      cause: error,
    });
  }
}
