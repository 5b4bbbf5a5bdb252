/**
 * All services of this checkout on servers of the test bed, until Ctrl-C.
 *
 * Usage: npm run cluster -- [--name NAME] [SETTING=VALUE...]   (settings: docs/reference/configuration.md)
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endedWith } from '../testbed/ended-with.ts';
import { recipeOf } from '../testbed/recipes.ts';
import { serverFor } from '../testbed/server-for.ts';
import type { RunningServer } from '../testbed/server-recipe.ts';
import { Cluster, SERVERS, settingsOn } from './cluster.ts';
import { commandLine } from './command-line.ts';
import { writeEnvFile } from './env-file.ts';

const OUT = 'out/cluster';

async function servers(): Promise<RunningServer[]> {
  return Promise.all(
    SERVERS.map(async (name) => {
      const server = await serverFor(name, (line) => console.error(line));
      if ('missing' in server)
        throw Object.assign(new Error(`a cluster needs ${name}: ${server.missing}; what each server needs: tools/testbed/README.md`), {
          code: 'missing_server',
        });
      return server;
    }),
  );
}

/** The error, with the settings that led to servers which nobody started here; their values may hold passwords. */
function withPlaces(error: unknown, running: readonly RunningServer[]): unknown {
  const variables = running.filter(({ pid }) => pid === undefined).map(({ name }) => recipeOf(name).variable);
  if (error instanceof Error && variables.length > 0)
    error.message += `; the environment names servers by ${variables.join(', ')}: check them, or unset them and the test bed starts its own`;
  return error;
}

async function run(): Promise<number> {
  // Keys of callers, which no service takes: a file that an earlier cluster wrote may have set them.
  for (const variable of ['MLE_SMITH_SERVER_KEY', 'MLE_SMITH_API_KEY_FILE']) delete process.env[variable];
  const { name, settings } = commandLine(process.argv.slice(2), process.env);
  const [log, environment] = [`${OUT}/${name}.log`, `${OUT}/${name}.env`];
  const running = await servers();
  const stop = new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  const cluster = await Cluster.open({ ...(await settingsOn(name, running)), ...settings }, (_, line) => void lines.write(`${line}\n`)).catch(
    (error: unknown) => {
      throw withPlaces(error, running);
    },
  );
  await mkdir(OUT, { recursive: true });
  const lines = createWriteStream(log, { flags: 'a' });
  try {
    await writeEnvFile(environment, cluster);
    console.error(`services: starting (their log: ${log}) …`);
    const ready = async (): Promise<void> => {
      await cluster.start();
      const { url } = await cluster.startGateway();
      console.error(`services: ready as ${name}; Ctrl-C ends them, npm run testbed down the servers`);
      console.error(`each start has a new name and is empty; to go on with this one later, while its servers run: npm run cluster -- --name ${name}`);
      console.log(`set -a; . ${environment}; set +a   # for topics, dlq, export-state --cluster too`);
      console.log(`./mle-smith run examples/penguins --server ${url} --out out/${name}`);
      await stop;
    };
    await Promise.race([ready(), stop]);
  } finally {
    await cluster.close();
    lines.end();
  }
  return 0;
}

process.chdir(join(import.meta.dirname, '..', '..'));
process.exit(await endedWith('cluster', run));
