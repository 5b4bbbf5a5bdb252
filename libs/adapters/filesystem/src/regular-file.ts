import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/**
 * Opens a file of a folder that strangers may have made: `absent` where there is none, `irregular` where there is
 * something else (a link, a folder, a pipe, a device) or a file of more than `mostBytes`.
 */
export async function openRegular(path: string, mostBytes = Infinity): Promise<FileHandle | 'absent' | 'irregular'> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK, opening a pipe waits for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
    if (code === 'ELOOP' || code === 'ENXIO') return 'irregular';
    throw error;
  }
  const found = await file.stat();
  if (found.isFile() && found.size <= mostBytes) return file;
  await file.close();
  return 'irregular';
}
