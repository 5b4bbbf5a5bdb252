/** Most characters of a text of the endpoint in a message. */
const MOST = 300;

/** Makes a text of the endpoint one bounded line of visible characters without the given secrets, plain or as JSON and URLs write them. */
export function plainText(secrets: readonly string[]): (text: string) => string {
  const hidden = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]))];
  return (text) => {
    const line = hidden
      // Before the cut, which would leave half a secret.
      .reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
      .slice(0, 10 * MOST)
      .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
      .trim();
    return line.length > MOST ? `${line.slice(0, MOST).trimEnd()}…` : line;
  };
}
