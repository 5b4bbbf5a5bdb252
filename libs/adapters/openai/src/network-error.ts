/** An error with a code, as Node's own have it. */
export function errorWithCode(code: string, message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}

/** The first code in a chain of causes; undefined where none has one. */
export function networkCodeOf(error: unknown): string | undefined {
  for (let link = error; link instanceof Error; link = link.cause) {
    const { code } = link as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  }
  return undefined;
}

/** Codes of TLS after which trying again is vain: the certificate is not trusted. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)_/.test(code);
}
