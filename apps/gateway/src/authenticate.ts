import { timingSafeEqual } from 'node:crypto';
import { hashOfApiKey, type ApiKey } from '@mle-smith/contracts';
import type { Authenticate } from '@mle-smith/service';

const BEARER = /^Bearer ([\x21-\x7e]{1,256})$/i;

/** Knows callers by the hashes of their keys. Every key is compared, each in constant time: how long it takes tells nothing. */
export function authenticateBy(keys: readonly ApiKey[]): Authenticate {
  const known = keys.map(({ name, role, hash }) => ({ principal: { name, role }, hash: Buffer.from(hash, 'hex') }));
  return (request) => {
    const said = BEARER.exec(request.get('authorization') ?? '')?.[1];
    if (said === undefined) return undefined;
    const hash = Buffer.from(hashOfApiKey(said), 'hex');
    return known.filter((key) => timingSafeEqual(key.hash, hash)).at(0)?.principal;
  };
}
