import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunOptions } from '../program.ts';
import type { Surroundings } from '../surroundings.ts';
import { run } from './run.ts';

/** Runs the bundled examples. */
export async function demo(options: RunOptions, around: Surroundings): Promise<number> {
  const entries = await readdir(around.config.examples, { withFileTypes: true });
  return run(
    entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(around.config.examples, entry.name))
      .sort(),
    options,
    around,
  );
}
