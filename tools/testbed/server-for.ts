import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { underLock } from './lock.ts';
import { homeOf, RUN } from './places.ts';
import { recipeOf } from './recipes.ts';
import { remember, remembered, stopServer } from './run-files.ts';
import type { MissingServer, RunningServer, ServerRecipe } from './server-recipe.ts';

/** Hears what a server is about to do, in words for a person who waits. */
export type Tell = (line: string) => void;

/** The server of this name: the one that the environment names, else one that this checkout runs, else a new one; or why there is none. */
export async function serverFor(name: string, tell: Tell = () => undefined): Promise<RunningServer | MissingServer> {
  const recipe = recipeOf(name);
  return (
    fromEnvironment(recipe) ?? (await alive(recipe)) ?? (await underLock(join(RUN, `${name}.lock`), async () => (await alive(recipe)) ?? started(recipe, tell)))
  );
}

function fromEnvironment(recipe: ServerRecipe): RunningServer | undefined {
  const address = process.env[recipe.variable];
  return address === undefined || address === '' ? undefined : { name: recipe.name, address, details: recipe.detailsFrom?.(process.env) ?? {} };
}

async function alive(recipe: ServerRecipe): Promise<RunningServer | undefined> {
  const server = await remembered(recipe.name);
  return server !== undefined && (await recipe.healthy(server)) ? server : undefined;
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
