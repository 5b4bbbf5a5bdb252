/**
 * All services of this checkout on servers of the test bed, until Ctrl-C.
 *
 * Usage: npm run cluster [SETTING=VALUE...]   (settings: docs/reference/configuration.md; the log of all services is in out/cluster.log)
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { serverFor } from '../testbed/server-for.ts';
import type { RunningServer } from '../testbed/server-recipe.ts';
import { Cluster, SERVERS, settingsOn } from './cluster.ts';
import { newName } from './names.ts';

const OUT = join(import.meta.dirname, '..', '..', 'out');

async function servers(): Promise<RunningServer[]> {
  return Promise.all(
    SERVERS.map(async (name) => {
      const server = await serverFor(name);
      if ('missing' in server) throw new Error(`a cluster needs ${name}: ${server.missing}`);
      return server;
    }),
  );
}

const given = Object.fromEntries(process.argv.slice(2).map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
await mkdir(OUT, { recursive: true });
const log = createWriteStream(join(OUT, 'cluster.log'));
const cluster = await Cluster.open({ ...(await settingsOn(newName(), await servers())), ...given }, (_, line) => void log.write(`${line}\n`));
const stop = new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
try {
  await cluster.start();
  const { url, key } = await cluster.startGateway();
  console.log(`export MLE_SMITH_SERVER_KEY=${key}\n./mle-smith run examples/penguins --server ${url} --out out/far`);
  await stop;
} finally {
  await cluster.close();
}
