import { createHash } from 'node:crypto';

/** A hex name that is a pure function of its parts, so that doing a thing again finds it done (platform ST-5). */
export function deterministicName(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** A DNS-1123 label from free text, at most `longest` characters; `fallback` where nothing is left. */
export function slug(text: string, fallback = 'x', longest = 63): string {
  const label = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return label.slice(0, longest).replace(/-+$/, '') || fallback;
}
