import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RUN } from './places.ts';
import { birthOf, endGroup, exists } from './processes.ts';
import { recipeOf } from './recipes.ts';
import type { RunningServer } from './server-recipe.ts';

interface RunFile {
  readonly server: RunningServer;
  readonly birth?: string;
}

/** Leaves word of a server that was started, for whoever asks next. */
export async function remember(server: RunningServer): Promise<void> {
  const birth = server.pid === undefined ? undefined : await birthOf(server.pid);
  const file = join(RUN, `${server.name}.json`);
  await mkdir(RUN, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify({ server, birth }));
  await rename(`${file}.new`, file);
}

/** The servers of this checkout whose process lives. */
export async function rememberedServers(): Promise<readonly RunningServer[]> {
  const names = (await readdir(RUN).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const found = await Promise.all(names.map((name) => remembered(name.slice(0, -'.json'.length))));
  return found.filter((server) => server !== undefined);
}

/** The server of this name whose process lives. */
export async function remembered(name: string): Promise<RunningServer | undefined> {
  const text = await readFile(join(RUN, `${name}.json`), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { server, birth } = JSON.parse(text) as RunFile;
  return server.pid !== undefined && birth !== undefined && (await birthOf(server.pid)) === birth ? server : undefined;
}

/** Ends a server of this checkout and removes its state. */
export async function stopServer(name: string): Promise<void> {
  const server = await remembered(name);
  if (server?.pid !== undefined) await endGroup(server.pid);
  if (await exists(join(RUN, name))) await recipeOf(name).removeRemains?.(join(RUN, name));
  await rm(join(RUN, `${name}.json`), { force: true });
  await rm(join(RUN, name), { recursive: true, force: true });
}
