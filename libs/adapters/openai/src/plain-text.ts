/** Most characters of a text of the endpoint in a message. */
const MOST = 300;

/** Makes a text of the endpoint one bounded line of visible characters, of which secrets are hidden. */
export function plainText(hide: (text: string) => string): (text: string) => string {
  return (text) => {
    // Before the cut, which would leave half a secret.
    const line = hide(text)
      .slice(0, 10 * MOST)
      .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
      .trim();
    return line.length > MOST ? `${line.slice(0, MOST).trimEnd()}…` : line;
  };
}
