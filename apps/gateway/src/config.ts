import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseApiKeys, type ApiKey } from '@mle-smith/contracts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MEGABYTE = 1024 * 1024;

/** What the gateway needs to know; each variable has the prefix `MLE_SMITH_`. */
export const GatewayConfig = z.object({
  host: z.string().default('127.0.0.1').describe('HOST: the address that it listens on'),
  port: z.coerce.number().pipe(z.int().min(0).max(65_535)).default(8080).describe('PORT: 0 for any free one'),
  stateDirectory: z.string().min(1).describe('STATE_DIR: the folder of the store and the artifacts of one machine'),
  buckets: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((bucket) => bucket.trim())
        .filter((bucket) => bucket !== ''),
    )
    .describe('DATASET_BUCKETS: buckets that datasets may be read from, separated by commas; none by default'),
  uploadMb: z.coerce.number().pipe(z.int().positive()).default(512).describe('UPLOAD_MB: the largest file that is taken'),
  proxies: z.coerce.number().pipe(z.int().min(0).max(10)).default(0).describe('PROXIES: proxies in front whose word about addresses counts'),
});
export type GatewayConfig = z.infer<typeof GatewayConfig> & { readonly keys: readonly ApiKey[]; readonly version: string; readonly uploadBytes: number };

/** What is wrong with the configuration, all of it. */
export class GatewayConfigError extends Error {
  readonly code = 'configuration';
  constructor(faults: readonly string[]) {
    super(`the gateway cannot start as configured: ${faults.join('; ')}`);
    this.name = new.target.name;
  }
}

/** Reads the environment. Throws `GatewayConfigError` that names every fault. */
export function readGatewayConfig(environment: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const said = (name: string): string | undefined => environment[`MLE_SMITH_${name}`] || undefined;
  const parsed = GatewayConfig.safeParse({
    host: said('HOST'),
    port: said('PORT'),
    stateDirectory: said('STATE_DIR'),
    buckets: said('DATASET_BUCKETS'),
    uploadMb: said('UPLOAD_MB'),
    proxies: said('PROXIES'),
  });
  const keys = readKeys(said('API_KEYS_FILE'));
  const faults = [...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)), ...keys.faults];
  if (!parsed.success || faults.length > 0) throw new GatewayConfigError(faults);
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  return { ...parsed.data, keys: keys.keys, version, uploadBytes: parsed.data.uploadMb * MEGABYTE };
}

/** A gateway without keys would answer nobody. */
function readKeys(path: string | undefined): ReturnType<typeof parseApiKeys> {
  const wanted = 'MLE_SMITH_API_KEYS_FILE: name a file of keys; `mle-smith api-key new` makes its lines';
  if (path === undefined) return { keys: [], faults: [wanted] };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { keys: [], faults: [`${wanted} (${(error as NodeJS.ErrnoException).code ?? 'it cannot be read'})`] };
  }
  const parsed = parseApiKeys(text);
  return parsed.keys.length === 0 && parsed.faults.length === 0 ? { keys: [], faults: [wanted] } : parsed;
}
