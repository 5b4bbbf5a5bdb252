import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NOTE = 'server';

/** Notes at which server the run of a folder is, so that commands that look for one of this machine can say where to ask. */
export async function noteServer(stateDirectory: string, server: string): Promise<void> {
  await writeFile(join(stateDirectory, NOTE), `${server}\n`);
}

/** The server that was noted; undefined where none was. */
export async function notedServer(stateDirectory: string): Promise<string | undefined> {
  const note = await readFile(join(stateDirectory, NOTE), 'utf8').catch(() => undefined);
  return note?.trim();
}
