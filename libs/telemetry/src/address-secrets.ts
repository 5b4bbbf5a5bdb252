/**
 * The password within an address, as it stands there and decoded. Where an `@` in it is not percent-encoded, the last one before
 * the path ends it, and its pieces are secrets as well: whoever takes the first one for its end tells the rest as a host.
 */
export function addressSecrets(address: string): string[] {
  const password = /^[a-z][a-z\d+.-]*:\/\/[^/?#:]*:([^/?#]+)@/i.exec(address)?.[1];
  if (password === undefined) return [];
  return [password, decoded(password), ...(password.includes('@') ? password.split('@') : [])];
}

/** The text without its percent-encoding; what is not encoded by the rules is the text itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
