import type { Usage } from './model.ts';

/** What can be wrong with a call, and what is done about it. */
export const MODEL_ERRORS = {
  garbage: { retried: true, meaning: 'the reply is no reply of a chat model, for example a page of a proxy' },
  truncated: { retried: false, meaning: 'the reply ended at the most tokens that were asked for, or the talk is longer than the model can read' },
  refusal: { retried: false, meaning: 'the model refused to answer' },
  filtered: { retried: false, meaning: 'the endpoint held the reply back by its content filter' },
  transport: { retried: true, meaning: 'no whole reply came: the connection, a time limit or a fault of the server' },
  rate: { retried: true, meaning: 'the endpoint wants fewer calls' },
  quota: { retried: false, meaning: 'the credit or quota of the key is used up' },
  auth: { retried: false, meaning: 'the key is missing, wrong or not allowed to do this' },
  config: { retried: false, meaning: 'the endpoint does not know the model or does not take the request' },
} as const;
export type ModelErrorCode = keyof typeof MODEL_ERRORS;

/** A call that gave no whole reply (platform LL-2). */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;
  /** How long the endpoint asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** What the endpoint counted although there is no whole reply. */
  readonly usage: Usage | undefined;

  constructor(code: ModelErrorCode, message: string, more: { retryAfterMs?: number; usage?: Usage; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.retryAfterMs = more.retryAfterMs;
    this.usage = more.usage;
  }
}
