import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetLocation, parseLocation, type SourceNotice } from '@mle-smith/contracts';
import { getJson, type DatasetSource, type Digest } from '@mle-smith/package';
import { documentOf, type StageContext } from '@mle-smith/stage-runtime';
import type { OpenFolder } from './open-folder.ts';
import { RefusedError } from './snapshot.ts';

export interface LocatedFolderOptions {
  /** Where folders are made; on the same file system as what is kept of the artifact store, files are linked. */
  readonly directory: string;
  /** The source below a prefix of a bucket; undefined where this bucket may not be read. */
  readonly sourceAt: (bucket: string, prefix: string) => DatasetSource | undefined;
  readonly onNotice?: (notice: SourceNotice) => void;
}

/** Brings a dataset here from where its document `location` says that it lies. */
export function locatedFolders(options: LocatedFolderOptions): OpenFolder {
  const { directory } = options;
  return async (item, context) => {
    const location = DatasetLocation.parse(await getJson(context.artifacts, documentOf(item, 'location')));
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const room = await mkdtemp(join(directory, 'dataset-'));
    const close = (): Promise<void> => rm(room, { recursive: true, force: true });
    try {
      if (location.kind === 'bundle') return { path: await layOut(location.bundle, join(room, folderName(location.name ?? item.id)), context), close };
      return { path: await fetchPrefix(location, room, options), close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

async function layOut(bundle: Digest, path: string, { artifacts }: StageContext): Promise<string> {
  await artifacts.materialize(bundle, path);
  return path;
}

async function fetchPrefix({ uri, fingerprint }: Extract<DatasetLocation, { kind: 's3' }>, room: string, options: LocatedFolderOptions): Promise<string> {
  const { sourceAt, onNotice } = options;
  const { bucket, parent, name } = placeOf(uri);
  const source = sourceAt(bucket, parent);
  if (source === undefined)
    throw new RefusedError('not_readable', `datasets may not be read from this bucket [bucket=${bucket}]; an operator allows it by MLE_SMITH_SOURCE_BUCKETS`);
  const found = await source.find(name);
  if (found === undefined) throw new RefusedError('path_missing', `there is nothing below this prefix [uri=${uri}]`);
  if (fingerprint !== undefined && found.fingerprint !== fingerprint)
    throw new RefusedError('changed_while_read', `somebody wrote below this prefix since the dataset was found; its new state is another dataset [uri=${uri}]`);
  const path = join(room, folderName(name));
  await source.fetch(found, path);
  onNotice?.({ kind: 'fetched', source: bucket, bytes: found.bytes });
  return path;
}

/** `s3://bucket/a/b/` is the dataset `b` below the prefix `a/`. */
function placeOf(uri: string): { bucket: string; parent: string; name: string } {
  const place = parseLocation(uri);
  if (place === undefined || place.prefix === '')
    throw new RefusedError('path_missing', `this is no prefix of a bucket [uri=${uri}]; write s3://bucket/prefix/`);
  const key = place.prefix.slice(0, -1);
  const cut = key.lastIndexOf('/') + 1;
  return { bucket: place.bucket, parent: key.slice(0, cut), name: key.slice(cut) };
}

/** Of the 255 that file systems take. */
const LONGEST_NAME_BYTES = 200;

/** A name that any file system takes; what comes from outside never leads out of the room. */
function folderName(name: string): string {
  const letters = name.slice(0, 100).replace(/[^\p{L}\p{N}._ -]/gu, '_');
  // Letters have up to four bytes; half of one is left out.
  const plain = new TextDecoder().decode(Buffer.from(letters).subarray(0, LONGEST_NAME_BYTES)).replace(/\uFFFD+$/, '');
  return /^\.*$/.test(plain) ? 'dataset' : plain;
}
