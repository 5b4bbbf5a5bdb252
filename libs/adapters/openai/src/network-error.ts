/** A failure below HTTP. Node's own errors are not passed on: what they hold beside the code is theirs. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** A code of the system or of Node, for example ECONNRESET. */
  readonly code: string;

  constructor(code: string) {
    super(`the connection failed (${code})`);
    this.code = code;
  }
}

/** An error of Node as one of ours. */
export function asNetworkError(error: unknown): NetworkError {
  const { code } = error as { code?: unknown };
  return error instanceof NetworkError ? error : new NetworkError(typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'no code');
}

/** The network error in a chain of causes; undefined where there is none. */
export function networkErrorIn(error: unknown): NetworkError | undefined {
  for (let link = error; link instanceof Error; link = link.cause) if (link instanceof NetworkError) return link;
  return undefined;
}

/** Codes of TLS after which trying again is vain: the certificate is not trusted. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)_/.test(code);
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'nothing listens there: see whether the server runs, and host and port of the base URL'],
  [/^ENOTFOUND$/, 'no such host: see the base URL'],
  [/^EAI_AGAIN$/, 'the name of the host cannot be looked up now'],
  [/^(EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|ETIMEDOUT)$/, 'the host is not to be reached: see network, proxy and base URL'],
  [/^(EPROTO|ERR_SSL_)/, 'the server does not speak TLS there: it may be an http:// address'],
];

/** What can be done about a code of the network, as the end of a message; empty where nothing is known. */
export function connectionHint(code: string | undefined): string {
  const hint = HINTS.find(([codes]) => codes.test(code ?? ''))?.[1];
  return hint === undefined ? '' : `; ${hint}`;
}
