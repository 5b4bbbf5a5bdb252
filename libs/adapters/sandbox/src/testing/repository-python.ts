import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..', '..');

/** The interpreter and the package of this checkout. */
export function repositoryPython(): { readonly python: string; readonly mleEnvPath: string } {
  return {
    python: process.env['MLE_SMITH_PYTHON'] ?? join(REPOSITORY, '.cache', 'venv', 'bin', 'python'),
    mleEnvPath: join(REPOSITORY, 'libs', 'mle-env', 'src'),
  };
}
