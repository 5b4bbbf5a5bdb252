import { constants } from 'node:fs';
import { access, lstat, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ReasonCode } from '@mle-smith/contracts';
import { UnsafePathError, type ArtifactStore, type BundleFile } from '@mle-smith/package';
import type { IngestConfig } from '../config.ts';

/** A folder that cannot become a dataset; a refusal, not a fault. */
export class RefusedError extends Error {
  readonly code: ReasonCode;
  constructor(code: ReasonCode, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Files of desktop systems and version control that are no data. */
const IGNORED = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '.git', '.ipynb_checkpoints', '__MACOSX']);

/**
 * Stores every file of a folder. Links, pipes and devices are refused without being opened; a file that changes
 * while it is read is refused, so that a dataset is one moment's state.
 */
export async function snapshot(folder: string, artifacts: Pick<ArtifactStore, 'putFile'>, config: IngestConfig): Promise<BundleFile[]> {
  const root = await stat(folder).catch(() => undefined);
  if (root === undefined) throw new RefusedError('path_missing', `no such folder: ${folder}`);
  if (!root.isDirectory()) throw new RefusedError('not_a_directory', `not a folder: ${folder}; put the file into one`);
  const paths = (await walk(folder, folder)).sort();
  if (paths.length === 0) throw new RefusedError('empty_dataset', 'the folder holds no file');
  if (paths.length > config.maxFiles) throw new RefusedError('too_large', `${paths.length} files are more than ${config.maxFiles}`);
  const files: BundleFile[] = [];
  let total = 0;
  for (const path of paths) {
    const hostPath = join(folder, path);
    const before = await lstat(hostPath);
    total += before.size;
    if (total > config.maxBytes) throw new RefusedError('too_large', `the files are larger than ${config.maxBytes} bytes`);
    const stored = await artifacts.putFile(hostPath).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES' || error.code === 'EPERM') throw new RefusedError('not_readable', `cannot be read: ${path}`);
      if (error.code === 'ENOENT') throw new RefusedError('changed_while_read', `vanished while it was read: ${path}`);
      throw error;
    });
    const after = await lstat(hostPath).catch(() => undefined);
    if (after === undefined || after.size !== before.size || after.mtimeMs !== before.mtimeMs || after.ino !== before.ino || stored.bytes !== before.size)
      throw new RefusedError('changed_while_read', `changed while it was read: ${path}`);
    files.push({ path, ...stored });
  }
  return files;
}

/** Turns a name that no bundle can hold into a refusal. */
export function refusalOf(error: unknown): RefusedError | undefined {
  if (error instanceof RefusedError) return error;
  return error instanceof UnsafePathError ? new RefusedError('unsafe_file', error.message) : undefined;
}

async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedError('not_readable', `cannot be listed: ${relative(root, folder) || '.'} (${error.code ?? ''})`);
  });
  const nested = await Promise.all(
    entries
      .filter((entry) => !IGNORED.has(entry.name))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return walk(root, path);
        if (!entry.isFile()) throw new RefusedError('unsafe_file', `not a regular file: ${relative(root, path)}`);
        await access(path, constants.R_OK).catch(() => {
          throw new RefusedError('not_readable', `cannot be read: ${relative(root, path)}`);
        });
        return [relative(root, path)];
      }),
  );
  return nested.flat();
}
