import { randomUUID } from 'node:crypto';

/** A name that no other installation has. */
export function newName(): string {
  return `mls-${randomUUID().slice(0, 8)}`;
}

/** The address of a database on a server whose address may name another one. */
export function withDatabase(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}
