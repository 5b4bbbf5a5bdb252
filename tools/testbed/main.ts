/**
 * Real servers on this machine: starts them, shows their addresses, ends them.
 *
 * Usage: npm run testbed up [NAME...] | down [NAME...] | status | runtime-image | services-image
 */
import { parseArgs } from 'node:util';
import { endedWith, UsageError } from './ended-with.ts';
import { homeOf } from './places.ts';
import { RECIPES, recipeOf, SERVERS_OF_SERVICES } from './recipes.ts';
import { remembered, stopServer } from './run-files.ts';
import { serverFor } from './server-for.ts';
import type { RunningServer, ServerRecipe } from './server-recipe.ts';
import { packRuntimeImage, runtimeImage } from './servers/kube/runtime-image.ts';
import { packServicesImage, servicesImage } from './servers/kube/services-image.ts';

const USAGE = 'usage: npm run testbed up [NAME...] | down [NAME...] | status | runtime-image | services-image';
const { positionals } = parseArgs({ allowPositionals: true, strict: false });
const [action = 'status', ...names] = positionals;
/** What is shown and ended without names: all. */
const recipes = (): readonly ServerRecipe[] => (names.length === 0 ? RECIPES : names.map(recipeOf));

function tell(variable: string, server: RunningServer): void {
  console.log(`export ${variable}=${server.address}${server.pid === undefined ? '  # of the environment' : `  # ${server.name}, process ${server.pid}`}`);
  for (const [name, value] of Object.entries(server.details)) console.log(`#   ${name}: ${value}`);
}

async function up(): Promise<number> {
  let missing = 0;
  // Others are built from source, take minutes and need more; who wants them names them.
  const wanted = (names.length === 0 ? SERVERS_OF_SERVICES : names).map(recipeOf);
  for (const { name, variable } of wanted) {
    const server = await serverFor(name, (line) => console.error(line));
    if ('missing' in server) {
      missing += 1;
      console.error(`${name} is missing: ${server.missing}`);
    } else tell(variable, server);
  }
  if (names.length === 0) {
    const others = RECIPES.filter((recipe) => !wanted.includes(recipe)).map(({ name }) => name);
    console.error(`by name there are also ${others.join(', ')}: npm run testbed up NAME   (what each needs: tools/testbed/README.md)`);
  }
  return missing === 0 ? 0 : 1;
}

async function down(): Promise<number> {
  for (const { name } of recipes()) {
    const server = await remembered(name);
    await stopServer(name);
    if (server !== undefined) console.log(`${name} has ended`);
  }
  return 0;
}

async function status(): Promise<number> {
  for (const { name, variable } of recipes()) {
    const server = await remembered(name);
    if (server === undefined) console.log(`# ${name} does not run`);
    else tell(variable, server);
  }
  return 0;
}

/** An image of pods, packed, and in the cluster where that runs. */
async function image(pack: typeof packRuntimeImage, give: typeof runtimeImage): Promise<number> {
  const { name, folder } = await pack(homeOf('kube'));
  const server = await remembered('kube');
  if (server !== undefined) await give(server);
  console.log(`${name}  # ${folder} (an OCI layout)${server === undefined ? '; kube does not run' : '; kube has it'}`);
  return 0;
}

const actions: Readonly<Record<string, () => Promise<number>>> = {
  up,
  down,
  status,
  'runtime-image': () => image(packRuntimeImage, runtimeImage),
  'services-image': () => image(packServicesImage, servicesImage),
};
process.exitCode = await endedWith('testbed', () => {
  const chosen = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (chosen === undefined) throw new UsageError(`no such action [action=${action}]; ${USAGE}`);
  return chosen();
});
