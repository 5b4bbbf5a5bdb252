import { readFile } from 'node:fs/promises';
import { parseApiKeys, type ApiKey } from '@mle-smith/contracts';
import { ConfigurationError } from '@mle-smith/service';

const WANTED = 'MLE_SMITH_API_KEYS_FILE: name a file of keys; `mle-smith api-key new` makes its lines';

/** The keys of a file; a gateway without any would answer nobody. Throws `ConfigurationError` with every fault. */
export async function readApiKeys(path: string): Promise<readonly ApiKey[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError([`${WANTED} [path=${path}, reason=${error.code ?? 'it cannot be read'}]`]);
  });
  const { keys, faults } = parseApiKeys(text);
  if (faults.length > 0 || keys.length === 0) throw new ConfigurationError(faults.length > 0 ? faults : [`${WANTED} [path=${path}, reason=it holds none]`]);
  return keys;
}
