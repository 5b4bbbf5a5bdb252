import { isIP } from 'node:net';

/** Which base URLs are taken beyond `https:` and the machine itself. */
export interface BaseUrlRules {
  /** Hosts that may be called, where given. */
  readonly allowedHosts?: readonly string[];
  /** Plain `http:` to another machine: the key and the data travel in the open. */
  readonly allowHttp?: boolean;
}

/** A base URL that is not called. */
export class BaseUrlError extends Error {
  override readonly name = 'BaseUrlError';
  readonly code = 'base_url';
}

/** The base URL without a closing slash. Throws `BaseUrlError`, whose message holds no credentials. */
export function checkedBaseUrl(text: string, { allowedHosts, allowHttp = false }: BaseUrlRules = {}): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new BaseUrlError('the base URL of an endpoint starts with https:// or http://');
  if (url.username !== '' || url.password !== '') throw new BaseUrlError(`a base URL holds no credentials; give the key by itself [host=${url.host}]`);
  if (url.search !== '' || url.hash !== '')
    throw new BaseUrlError(`a base URL ends with its path, without ? and #; give what is needed as headers [host=${url.host}]`);
  const [, base] = /^(.*)\/chat\/completions\/*$/.exec(url.pathname) ?? [];
  if (base !== undefined) throw new BaseUrlError(`a base URL goes up to and without /chat/completions; give ${url.origin}${base}`);
  if (allowedHosts !== undefined && !allowedHosts.includes(url.hostname))
    throw new BaseUrlError(`the host is not on the list of allowed hosts [host=${url.hostname}, allowed=${allowedHosts.join(' ')}]`);
  if (url.protocol === 'http:' && !allowHttp && !isThisMachine(url.hostname))
    throw new BaseUrlError(`http:// sends the key and the data in the open; use https:// or allow http for this endpoint [host=${url.host}]`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}
