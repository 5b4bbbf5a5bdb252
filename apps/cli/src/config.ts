import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { SERVER_SETTINGS } from '@mle-smith/service/settings';
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
  /** The key of the models' endpoint. */
  apiKey: z.string().exactOptional(),
  /** Further headers of every request to the models' endpoint. */
  headers: z.record(z.string(), z.string()).default({}),
  /** The key of a gateway. */
  serverKey: z.string().exactOptional(),
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case. */
  proxy: z.record(z.string(), z.string()).default({}),
  /** Where the servers of a cluster are, as the environment says it in the words of services. */
  cluster: z.record(z.string(), z.string()).default({}),
  version: z.string(),
  cpus: z.int(),
});
export type CliConfig = z.infer<typeof CliConfig>;

const PROXY = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/** Reads the configuration from the environment: `MLE_SMITH_PYTHON`, `MLE_SMITH_API_KEY`, `MLE_SMITH_HEADERS`, `MLE_SMITH_SERVER_KEY` or the file that `MLE_SMITH_API_KEY_FILE` names, those of a cluster's servers and those of proxies. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): CliConfig {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  const python = environment['MLE_SMITH_PYTHON'];
  const apiKey = environment['MLE_SMITH_API_KEY'];
  const serverKey = environment['MLE_SMITH_SERVER_KEY'] || textOf(environment['MLE_SMITH_API_KEY_FILE']);
  const proxy = Object.fromEntries(
    PROXY.flatMap((name) => {
      const value = environment[name] ?? environment[name.toLowerCase()];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  return CliConfig.parse({
    version,
    proxy,
    headers: headersIn(environment['MLE_SMITH_HEADERS'] ?? ''),
    cluster: Object.fromEntries(Object.values(SERVER_SETTINGS).flatMap(({ variable }) => (environment[variable] ? [[variable, environment[variable]]] : []))),
    ...(apiKey === undefined || apiKey === '' ? {} : { apiKey }),
    ...(serverKey === undefined || serverKey === '' ? {} : { serverKey }),
    cpus: availableParallelism(),
    ...(python === undefined || python === '' ? {} : { python }),
  });
}

/** Headers, `Name: value`, one a line. A line without a name gives a header without one, which is refused where it would be sent. */
function headersIn(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(lines.map((line) => [line.slice(0, Math.max(0, line.indexOf(':'))).trim(), line.slice(line.indexOf(':') + 1).trim()]));
}

/** The text of a file; undefined where none is named or it cannot be read, and then the server asks for a key. */
function textOf(path: string | undefined): string | undefined {
  if (path === undefined || path === '') return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
