import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

/** The interpreter that has numpy, pandas and scikit-learn. */
export const PYTHON = process.env['MLE_SMITH_PYTHON'] ?? join(ROOT, '.cache', 'venv', 'bin', 'python');

/** The folder of the other tools' validators, for PYTHONPATH; undefined where they cannot be had (no network, never installed). */
export function validators(): string | undefined {
  try {
    return execFileSync('sh', [join(ROOT, 'tools', 'validators', 'set-up.sh')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
