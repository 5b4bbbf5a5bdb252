import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/** A text that is sent and never shown: printing, joining and JSON give `[redacted]`. */
export class Secret {
  readonly #text: string;

  /** Throws `SecretError` for what cannot stand in a header. The message does not hold the text. */
  constructor(text: string) {
    if (!/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text)) throw new SecretError();
    this.#text = text;
  }

  /** The text itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** A key or header value with characters that no header can hold, often a line break from a file. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly code = 'secret_malformed';

  constructor() {
    super('a key may hold visible ASCII characters only and must not be empty; look for a line break at its end');
  }
}
