import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PACKAGE = join(ROOT, 'libs', 'mle-env', 'src');

/** Where the parts of an installation lie; the one reader of the environment. */
export const CliConfig = z.object({
  /** Interpreter that has the numeric packages. */
  python: z.string().default(join(ROOT, '.cache', 'venv', 'bin', 'python')),
  mleEnvPath: z.string().default(PACKAGE),
  examples: z.string().default(join(ROOT, 'examples')),
  cheatOracle: z.string().default(join(PACKAGE, 'mle_env', 'probes', 'cheat_oracle.py')),
  version: z.string(),
  cpus: z.int(),
});
export type CliConfig = z.infer<typeof CliConfig>;

/** Reads the configuration from the environment: `MLE_SMITH_PYTHON`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): CliConfig {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  const python = environment['MLE_SMITH_PYTHON'];
  return CliConfig.parse({ version, cpus: availableParallelism(), ...(python === undefined || python === '' ? {} : { python }) });
}
