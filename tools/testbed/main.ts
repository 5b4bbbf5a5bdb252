/**
 * Real servers on this machine: starts them, shows their addresses, ends them.
 *
 * Usage: npm run testbed up [NAME...] | down [NAME...] | status | runtime-image
 */
import { parseArgs } from 'node:util';
import { homeOf } from './places.ts';
import { RECIPES, recipeOf } from './recipes.ts';
import { remembered, stopServer } from './run-files.ts';
import { serverFor } from './server-for.ts';
import type { RunningServer } from './server-recipe.ts';
import { packRuntimeImage, runtimeImage } from './servers/kube/runtime-image.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [action = 'status', ...names] = positionals;
const recipes = names.length === 0 ? RECIPES : names.map(recipeOf);

function tell(variable: string, server: RunningServer): void {
  console.log(`export ${variable}=${server.address}${server.pid === undefined ? '  # of the environment' : `  # ${server.name}, process ${server.pid}`}`);
  for (const [name, value] of Object.entries(server.details)) console.log(`#   ${name}: ${value}`);
}

async function up(): Promise<number> {
  let missing = 0;
  for (const { name, variable } of recipes) {
    const server = await serverFor(name);
    if ('missing' in server) {
      missing += 1;
      console.error(`${name} is missing: ${server.missing}`);
    } else tell(variable, server);
  }
  return missing === 0 ? 0 : 1;
}

async function down(): Promise<number> {
  for (const { name } of recipes) {
    const server = await remembered(name);
    await stopServer(name);
    if (server !== undefined) console.log(`${name} has ended`);
  }
  return 0;
}

async function status(): Promise<number> {
  for (const { name, variable } of recipes) {
    const server = await remembered(name);
    if (server === undefined) console.log(`# ${name} does not run`);
    else tell(variable, server);
  }
  return 0;
}

/** The image of Python for pods, packed, and in the cluster where that runs. */
async function image(): Promise<number> {
  const { name, folder } = await packRuntimeImage(homeOf('kube'));
  const server = await remembered('kube');
  if (server !== undefined) await runtimeImage(server);
  console.log(`${name}  # ${folder} (an OCI layout)${server === undefined ? '; kube does not run' : '; kube has it'}`);
  return 0;
}

const actions: Readonly<Record<string, () => Promise<number>>> = { up, down, status, 'runtime-image': image };
const chosen = actions[action];
if (chosen === undefined) {
  console.error('usage: npm run testbed up [NAME...] | down [NAME...] | status | runtime-image');
  process.exitCode = 64;
} else process.exitCode = await chosen();
