import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './statistics.ts';

/** Milliseconds from the launcher's start to its end for `--version`, set up already: the median of five. */
export async function measureStart(root: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    spawnSync(join(root, 'mle-smith'), ['--version'], { stdio: 'ignore' });
    times.push(performance.now() - started);
  }
  return Promise.resolve(Math.round(median(times)));
}
