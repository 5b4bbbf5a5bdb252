import { ModelError, type ModelErrorCode, type Usage } from '@mle-smith/agent';
import { APIError } from 'openai/error';
import { z } from 'zod';
import type { PassedLimit } from './call-watch.ts';
import { errorEnvelope } from './envelope.ts';
import type { Limits } from './limits.ts';
import { connectionHint, isCertificateCode, networkErrorIn } from './network-error.ts';
import { retryAfterMs } from './retry-after.ts';

/** What is known of a call that failed. */
export interface FailedCall {
  readonly error: unknown;
  readonly passed: PassedLimit | undefined;
  /** Tokens of what came of the reply, where any came. */
  readonly usage: Usage | undefined;
  readonly limits: Limits;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Makes a text of the endpoint fit for messages. */
  readonly plain: (text: string) => string;
  readonly endpoint: string;
  readonly model: string;
  /** Whether a key or headers of the user's own were sent. */
  readonly keyed: boolean;
  /** The endpoint's name for the call, where its headers came. */
  readonly requestId: string | undefined;
}

/** The status that an error has by its name, where it comes without one. */
const STATUS_OF: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  authentication_error: 401,
  permission_error: 403,
  invalid_request_error: 400,
  not_found_error: 404,
};
/** How endpoints say that a talk is longer than the model can read; few have a code for it. */
const TOO_LONG = /context[ _](length|window|size)|too many tokens|prompt is too long|input is too long/i;
const QUOTA_CODES = ['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active'];

/** The class of a failure and what the caller is told. Errors of the SDK hold the endpoint's text, so that none is kept as a cause. */
export function failureOf(call: FailedCall): ModelError {
  const { error, passed, usage, limits } = call;
  if (passed !== undefined) return asLimit(call, passed, limits[passed]);
  if (error instanceof ModelError)
    return failed(call, error.code, error.code === 'garbage' ? `${error.message}${pathHint(call.endpoint)}` : error.message, error.usage ?? usage);
  if (error instanceof APIError && error.status !== undefined) return asStatus(call, error.status, error.headers ?? new Headers(), errorDetails(error));
  const told = toldInStream(error);
  if (told !== undefined) return asTold(call, told);
  if (error instanceof SyntaxError || error instanceof z.ZodError) return failed(call, 'garbage', 'the reply is not what a chat model sends', usage);
  const code = networkErrorIn(error)?.code;
  if (code !== undefined && isCertificateCode(code))
    return failed(
      call,
      'config',
      `the certificate of the endpoint is not trusted (${code}); name a PEM file with that of its authority in NODE_EXTRA_CA_CERTS`,
    );
  return failed(call, 'transport', `the connection failed (${code ?? 'no code'})${connectionHint(code)}`, usage);
}

interface Details {
  readonly text: string;
  readonly codes: readonly string[];
}

function failed(call: FailedCall, code: ModelErrorCode, text: string, usage?: Usage, more: { retryAfterMs?: number; status?: number } = {}): ModelError {
  const facts = [
    `endpoint=${call.endpoint}`,
    `model=${call.model}`,
    ...(more.status === undefined ? [] : [`status=${more.status}`]),
    ...(call.requestId === undefined ? [] : [`request=${call.requestId}`]),
  ];
  return new ModelError(code, `${text} [${facts.join(', ')}]`, {
    ...(usage === undefined ? {} : { usage }),
    ...(more.retryAfterMs === undefined ? {} : { retryAfterMs: more.retryAfterMs }),
  });
}

function asLimit(call: FailedCall, passed: PassedLimit, limit: number): ModelError {
  switch (passed) {
    case 'maxReplyBytes':
      return failed(call, 'garbage', `the reply is larger than ${limit} bytes`, call.usage);
    case 'headersMs':
      return failed(call, 'transport', `no reply began within ${limit} ms`, call.usage);
    case 'idleMs':
      return failed(call, 'transport', `the reply was silent for ${limit} ms`, call.usage);
    case 'totalMs':
      return failed(call, 'transport', `the reply was not done within ${limit} ms`, call.usage);
  }
}

function asStatus(call: FailedCall, status: number, headers: Headers, { text, codes }: Details): ModelError {
  const wait = retryAfterMs(headers, call.now);
  const said = text === '' ? '' : `: ${call.plain(text)}`;
  const known = { ...call, requestId: requestIdOf(headers, call.plain) };
  if (status < 500 && isTooLong(text, codes)) return failed(known, 'truncated', `the talk is longer than the model can read${said}`, undefined, { status });
  return failed(known, statusClass(status, codes), `${statusMeaning(status, codes, call)}${said}`, undefined, {
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

function isTooLong(text: string, codes: readonly string[]): boolean {
  return codes.includes('context_length_exceeded') || TOO_LONG.test(text);
}

/** The class of a status; codes are what the endpoint calls the error. */
function statusClass(status: number, codes: readonly string[]): ModelErrorCode {
  if (status === 402 || codes.some((code) => QUOTA_CODES.includes(code))) return 'quota';
  if (codes.includes('content_filter')) return 'filtered';
  if (status === 429) return 'rate';
  if (status === 401 || status === 403) return 'auth';
  return status === 408 || status === 409 || status === 425 || status >= 500 ? 'transport' : 'config';
}

function statusMeaning(status: number, codes: readonly string[], { keyed, endpoint }: FailedCall): string {
  if (status === 401 && !keyed) return 'the endpoint wants a key, and none was sent; set MLE_SMITH_API_KEY';
  if (status === 401 || (status === 403 && !codes.includes('content_filter')))
    return keyed
      ? 'the endpoint refuses the key of MLE_SMITH_API_KEY, or what it is asked for with it'
      : 'the endpoint refuses this; it may want a key in MLE_SMITH_API_KEY';
  if (codes.includes('model_not_found')) return 'the endpoint knows no such model';
  if (status === 404) return `the endpoint knows no such model or path${pathHint(endpoint)}`;
  if (status >= 300 && status < 400) return 'the endpoint sends elsewhere, which is not followed; give the address that answers';
  return 'the endpoint answered with an error';
}

/** What may be wrong with a base URL that names no version of the API. */
function pathHint(endpoint: string): string {
  return /\/v\d/.test(new URL(endpoint).pathname) ? '' : '; the base URL of most endpoints ends with /v1';
}

/** An error in place of a reply, of which the endpoint told no status of its own. */
function asTold(call: FailedCall, { text, codes }: Details): ModelError {
  const status = codes.map((code) => STATUS_OF[code] ?? Number(code)).find((code) => code >= 400 && code < 600) ?? 500;
  return failed(call, statusClass(status, codes), `the endpoint broke off with an error: ${call.plain(text)}`, call.usage);
}

function toldInStream(error: unknown): Details | undefined {
  if (!(error instanceof APIError) || error.error === undefined) return undefined;
  return errorDetails(error);
}

/** What an error of the SDK holds of the endpoint's message. A page instead of a message is left out. */
function errorDetails(error: APIError): Details {
  const parsed = errorEnvelope.safeParse({ error: error.error });
  if (!parsed.success) return { text: error.error === undefined && !error.message.includes('<') ? error.message : '', codes: [] };
  return detailsOf(parsed.data.error);
}

function detailsOf(told: z.infer<typeof errorEnvelope>['error']): Details {
  if (typeof told === 'string') return { text: told, codes: [] };
  return {
    text: told.message ?? (told.detail === undefined ? '' : JSON.stringify(told.detail)),
    codes: [told.code, told.type].flatMap((code) => (code == null ? [] : [String(code)])),
  };
}

/** The endpoint's name for a call. */
export function requestIdOf(headers: Headers, plain: (text: string) => string): string | undefined {
  const id = headers.get('x-request-id') ?? headers.get('request-id');
  return id === null || id === '' ? undefined : plain(id);
}
