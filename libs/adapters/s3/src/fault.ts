import { types } from 'node:util';

/** What a failed request means: the server's answer to a question, a fault that passes, or a refusal that does not. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: 404 | 412 | 416 }
  | { readonly kind: 'passing'; readonly reason: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'refused'; readonly reason: string };

interface RequestFailure {
  readonly name: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

const PASSING_NAMES = new Set(['SlowDown', 'RequestTimeout', 'RequestTimeTooSkewed', 'InternalError', 'ThrottlingException', 'BadDigest', 'TimeoutError']);
const PASSING_STATUS = new Set([408, 409, 425, 429, 500, 502, 503, 504]);
/** Errors of the system's network calls, and of replies that are cut or garbled. */
const NETWORK_CODE = /^(E(CONN|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|HOST|NET|ADDR)|HPE_|ERR_STREAM_PREMATURE_CLOSE)/;

/** Sorts what a request threw; undefined where it is no failure of a request at all. */
export function faultOf(error: unknown): Fault | undefined {
  if (!types.isNativeError(error)) return undefined;
  const failure: RequestFailure = error;
  const status = failure.$metadata?.httpStatusCode ?? failure.$response?.statusCode;
  const reason = reasonOf(failure, status);
  const passing: Fault = { kind: 'passing', reason, retryAfterMs: retryAfterMs(failure.$response?.headers?.['retry-after']) };
  if (PASSING_NAMES.has(failure.name)) return passing;
  if (status === undefined) {
    if (typeof failure.code === 'string' && NETWORK_CODE.test(failure.code)) return passing;
    const configuration =
      failure.name === 'CredentialsProviderError' || (typeof failure.code === 'string' && /CERT|TLS|SSL|EPROTO|LEAF_SIGNATURE/.test(failure.code));
    return configuration ? { kind: 'refused', reason } : undefined;
  }
  if (status === 412 || status === 416 || (status === 404 && failure.name !== 'NoSuchBucket')) return { kind: 'answer', status };
  // A reply of success that cannot be read was cut short on its way.
  if (status < 300 || PASSING_STATUS.has(status)) return passing;
  return { kind: 'refused', reason };
}

/** A name for people and for advice; answers to HEAD carry none, so their status stands for it. */
function reasonOf(failure: RequestFailure, status: number | undefined): string {
  if (typeof failure.code === 'string') return failure.code;
  return status === undefined || !/^(Unknown|Error|\d+)/.test(failure.name) ? failure.name : `HTTP ${status}`;
}

/** `Retry-After` in seconds or as a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
