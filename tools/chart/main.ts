/**
 * Brings Helm and what else the gates of the chart need, and runs them; or walks through docs/operations/kubernetes.md on
 * the test bed.
 *
 * Usage: npm run chart [-- --bring | -- --install]    (--bring: no gates; --install: the walk, some ten minutes)
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endedWith } from '../testbed/ended-with.ts';
import { serverFor } from '../testbed/server-for.ts';
import type { RunningServer } from '../testbed/server-recipe.ts';
import { GROUND_SERVERS } from './install/installation.ts';
import { walkThePage } from './install/walk.ts';
import { bringPrograms } from './programs.ts';

const ROOT = join(import.meta.dirname, '../..');

await bringPrograms((line) => console.log(line));
if (process.argv.includes('--install')) process.exitCode = await endedWith('chart', installAsThePageSays);
else if (!process.argv.includes('--bring')) {
  const gates = spawn(join(ROOT, 'node_modules/.bin/jest'), ['tools/chart'], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning', NX_DAEMON: 'false' },
  });
  gates.on('close', (code) => (process.exitCode = code ?? 1));
}

/** Servers stay for the next time, as those of `npm run testbed up` do. */
async function installAsThePageSays(): Promise<number> {
  const servers: RunningServer[] = [];
  for (const name of GROUND_SERVERS) {
    const server = await serverFor(name, (line) => console.error(line));
    if ('missing' in server) throw Object.assign(new Error(`${name} is missing: ${server.missing}`), { code: 'configuration' });
    servers.push(server);
  }
  const seen = await walkThePage(servers, ({ what, well, seconds, said }) => {
    console.log(`${well ? 'ok    ' : 'NOT OK'} ${what} (${seconds.toFixed(1)} s)${said === '' ? '' : `\n${said.replaceAll(/^/gm, '         ')}`}`);
  });
  const bad = seen.filter(({ well }) => !well).length;
  console.log(`${seen.length - bad} steps as they should be, ${bad} not; npm run testbed down ends the servers`);
  return bad === 0 ? 0 : 1;
}
