const REDACTED = '[redacted]';

/** A value this short would be found in ordinary text. */
const SHORTEST = 6;

/** Secrets in every form in which they may turn up, longest first. */
let forms: readonly string[] = [];

/**
 * Keeps these values out of every line of the log and every attribute of a span of this process, also where they are percent-encoded, in Base64 or
 * escaped in JSON. Values of fewer than 6 characters are not looked for.
 */
export function concealSecrets(values: readonly string[]): void {
  const found = values.filter((value) => value.length >= SHORTEST).flatMap(formsOf);
  forms = [...new Set([...forms, ...found])].sort((one, other) => other.length - one.length);
}

/** The text without any of the secrets. */
export function conceal(text: string): string {
  let concealed = text;
  for (const form of forms) if (concealed.includes(form)) concealed = concealed.replaceAll(form, REDACTED);
  return concealed;
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, encodeURIComponent(secret), base64, base64.replaceAll('+', '-').replaceAll('/', '_'), JSON.stringify(secret).slice(1, -1)];
}
