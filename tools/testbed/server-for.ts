import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { underLock } from './lock.ts';
import { homeOf, RUN } from './places.ts';
import { recipeOf } from './recipes.ts';
import { remember, remembered, stopServer } from './run-files.ts';
import type { MissingServer, RunningServer, ServerRecipe } from './server-recipe.ts';
import { waitFor } from './wait-for.ts';

/** A server that lives and says nothing is given up after this long: others of this machine may work with it. */
const SILENT_MS = 20_000;

/** Hears what a server is about to do, in words for a person who waits. */
export type Tell = (line: string) => void;

/** The server of this name: the one that the environment names, else one that this checkout runs, else a new one; or why there is none. */
export async function serverFor(name: string, tell: Tell = () => undefined): Promise<RunningServer | MissingServer> {
  const recipe = recipeOf(name);
  return (
    fromEnvironment(recipe) ??
    (await alive(recipe, 0)) ??
    (await underLock(join(RUN, `${name}.lock`), async () => (await alive(recipe, SILENT_MS)) ?? started(recipe, tell)))
  );
}

function fromEnvironment(recipe: ServerRecipe): RunningServer | undefined {
  const address = process.env[recipe.variable];
  return address === undefined || address === '' ? undefined : { name: recipe.name, address, details: recipe.detailsFrom?.(process.env) ?? {} };
}

/** The server that this checkout runs, if it takes requests within that time, ms, or undefined; one whose process has ended is not waited for. */
export async function alive(recipe: Pick<ServerRecipe, 'name' | 'healthy'>, withinMs: number): Promise<RunningServer | undefined> {
  let found: RunningServer | undefined;
  await waitFor(async () => {
    const server = await remembered(recipe.name);
    found = server !== undefined && (await recipe.healthy(server)) ? server : undefined;
    return server === undefined || found !== undefined;
  }, withinMs);
  return found;
}

async function started(recipe: ServerRecipe, tell: Tell): Promise<RunningServer | MissingServer> {
  try {
    await stopServer(recipe.name);
    tell(`${recipe.name}: brought to this checkout where it is not there yet (the first time takes minutes) …`);
    await install(recipe);
    const run = join(RUN, recipe.name);
    await rm(run, { recursive: true, force: true });
    await mkdir(run, { recursive: true });
    tell(`${recipe.name}: starting …`);
    const server = await recipe.start(homeOf(recipe.name), run);
    await remember(server);
    tell(`${recipe.name}: ready at ${server.address}`);
    return server;
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/** Brings a server's program into this checkout. Throws with a reason. */
export async function install(recipe: ServerRecipe): Promise<void> {
  const home = homeOf(recipe.name);
  await mkdir(home, { recursive: true });
  await recipe.install(home);
}
