import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Role } from './roles.ts';

/** A key of the gateway as the gateway knows it: its hash, never itself. */
export const ApiKey = z.object({
  /** Who uses it; told in logs. */
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  role: Role,
  /** sha256 of the key, 64 hex digits. A long random key needs no salt and no slow hash. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ApiKey = Readonly<z.infer<typeof ApiKey>>;

/** A new key: 256 bits of chance, marked so that scanners of secrets know it. */
export function newApiKey(): string {
  return `mlesmith_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a key. */
export function hashOfApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** One line of a file of keys: `name role sha256:HASH`. */
export function apiKeyLine({ name, role, hash }: ApiKey): string {
  return `${name} ${role} sha256:${hash}`;
}

/** Reads a file of keys: one a line, `#` begins a comment. What is wrong is told by line, and never repeats it: it may be a key. */
export function parseApiKeys(text: string): { readonly keys: readonly ApiKey[]; readonly faults: readonly string[] } {
  const keys: ApiKey[] = [];
  const faults: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const said = line.replace(/#.*/, '').trim();
    if (said === '') continue;
    const [name, role, digest, ...more] = said.split(/\s+/);
    const key = ApiKey.safeParse({ name, role, hash: digest?.replace(/^sha256:/, '') });
    if (!key.success || more.length > 0) faults.push(`line ${index + 1} is not \`name role sha256:HASH\` with a role of ${Role.options.join(', ')}`);
    else if (keys.some((other) => other.name === key.data.name || other.hash === key.data.hash)) faults.push(`line ${index + 1} repeats a name or a key`);
    else keys.push(key.data);
  }
  return { keys, faults };
}
