/**
 * Brings Helm and what else the gates of the chart need, and runs them.
 *
 * Usage: npm run chart [-- --bring]    (--bring: no gates)
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bringPrograms } from './programs.ts';

const ROOT = join(import.meta.dirname, '../..');

await bringPrograms((line) => console.log(line));
if (!process.argv.includes('--bring')) {
  const gates = spawn(join(ROOT, 'node_modules/.bin/jest'), ['tools/chart'], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning', NX_DAEMON: 'false' },
  });
  gates.on('close', (code) => (process.exitCode = code ?? 1));
}
