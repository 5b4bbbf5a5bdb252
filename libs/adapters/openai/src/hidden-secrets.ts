const REDACTED = '[redacted]';
/** Least characters of a part of a value that is hidden by itself. */
const LEAST_PART = 6;
/** Ways of signing in, which come before a secret and are none. */
const SCHEMES = /^(basic|bearer|digest|negotiate|token|apikey)$/i;
/** What keys look like, and hardly a word that a model writes: a placeholder such as EMPTY or ollama stays in a reply. */
const KEY = /^(?=.*\d)(?=.*[a-z])\S{10,}$/i;

/** Takes secrets out of texts. */
export interface HiddenSecrets {
  /** For what is told to somebody: every value goes, and every part of one. */
  readonly inMessages: (text: string) => string;
  /** For what a model wrote, of which programs are made: what looks like a key goes. */
  readonly inReplies: (text: string) => string;
}

/** Hides values of headers: whole and in their parts, since an endpoint may quote a key without its scheme, or a cookie without its name; plain or as JSON and URLs write them. */
export function hiddenSecrets(values: readonly string[]): HiddenSecrets {
  const secrets = [...new Set([...values, ...values.flatMap(partsOf)])];
  return { inMessages: without(secrets), inReplies: without(secrets.filter((secret) => KEY.test(secret))) };
}

function without(secrets: readonly string[]): (text: string) => string {
  const written = new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]));
  // The longer first: one may hold another.
  const ordered = [...written].sort((one, other) => other.length - one.length);
  return (text) => ordered.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
}

function partsOf(value: string): string[] {
  const parts = [...value.matchAll(/[^\s=;,:]+/g)]
    .filter(({ 0: part, index }) => !SCHEMES.test(part) && !isName(value, index + part.length))
    .map(([part]) => part);
  const [, pair] = /^basic +(\S+)$/i.exec(value) ?? [];
  const decoded = pair === undefined ? '' : Buffer.from(pair, 'base64').toString();
  return [...parts, ...(decoded === '' ? [] : [decoded, ...decoded.split(':')])].filter((part) => part.length >= LEAST_PART);
}

/** Whether what ends here is the name of a value, `name=value`, and not a value with the padding of base64. */
function isName(value: string, end: number): boolean {
  return /^=[^=\s;,]/.test(value.slice(end));
}
