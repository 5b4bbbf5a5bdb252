import { apiKeyLine, hashOfApiKey, newApiKey, type Role } from '@mle-smith/contracts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { Surroundings } from '../surroundings.ts';

/** Makes a key of a gateway: it is printed once and kept nowhere; the gateway gets its hash. */
export async function makeApiKey({ name, role, json }: { name: string; role: Role; json: boolean }, around: Surroundings): Promise<number> {
  const key = newApiKey();
  const line = apiKeyLine({ name, role, hash: hashOfApiKey(key) });
  around.stdout(
    json
      ? `${JSON.stringify({ name, role, key, line })}\n`
      : `key, shown this once:\n  ${key}\nline for the file that MLE_SMITH_API_KEYS_FILE of the gateway names:\n  ${line}\n`,
  );
  return EXIT_CODES.ok.code;
}
