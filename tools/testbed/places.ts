import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../.cache/testbed');

/** What was brought here for one server; kept. */
export function homeOf(name: string): string {
  return join(ROOT, name);
}

/** Run files (`NAME.json`) and the state of running servers (`NAME/`). */
export const RUN = join(ROOT, 'run');
