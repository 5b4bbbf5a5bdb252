import { ApiException } from '@kubernetes/client-node';

/** What a failed call means (platform KJ-4): an answer that the caller asked for, a fault that passes, or a refusal. */
export type ApiFault =
  /** `missing`: there is no such object, or another one of its name. `exists`: there is one already. `quota`: no room now. */
  | { readonly kind: 'missing' | 'exists' | 'quota'; readonly status: number; readonly said: string }
  | { readonly kind: 'passing'; readonly code: string; readonly reason: string; readonly retryAfterMs: number | undefined }
  /** `code`: the status of the answer, or why there is none. */
  | { readonly kind: 'refused'; readonly code: string; readonly status: number; readonly said: string };

interface FaultRow {
  readonly status: (status: number) => boolean;
  /** Part of what the server says, where the status alone does not tell. */
  readonly said?: RegExp;
  readonly kind: ApiFault['kind'];
}

/** First match wins. A request with no answer at all passes. */
export const FAULT_ROWS: readonly FaultRow[] = [
  { status: (status) => status === 404, kind: 'missing' },
  // A deletion names the uid that it means; one that does not fit is gone.
  { status: (status) => status === 409, said: /Precondition failed: UID/, kind: 'missing' },
  { status: (status) => status === 409, said: /AlreadyExists|already exists/, kind: 'exists' },
  { status: (status) => status === 409 || status === 410, kind: 'passing' },
  { status: (status) => status === 403, said: /exceeded quota/, kind: 'quota' },
  { status: (status) => status === 408 || status === 429 || status >= 500, kind: 'passing' },
  // A reply of success that cannot be read was cut short on its way.
  { status: (status) => status < 300, kind: 'passing' },
  { status: () => true, kind: 'refused' },
];

/** Sorts what a call threw; undefined where it is no failure of a call at all. */
export function faultOf(error: unknown): ApiFault | undefined {
  if (error instanceof ApiException) return ofReply(error as ApiException<unknown>);
  if (error instanceof SyntaxError) return { kind: 'passing', code: 'cut_short', reason: 'a reply that was cut short', retryAfterMs: undefined };
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { kind: 'passing', code: 'no_reply', reason: 'no reply in time', retryAfterMs: undefined };
  return ofNetwork(error);
}

function ofReply(error: ApiException<unknown>): ApiFault {
  const said = saidIn(error.body) || `HTTP ${error.code}`;
  const row = FAULT_ROWS.find(({ status, said: part }) => status(error.code) && (part === undefined || part.test(said)));
  const kind = row?.kind ?? 'refused';
  const code = String(error.code);
  if (kind === 'passing') return { kind, code, reason: `HTTP ${code}`, retryAfterMs: retryAfterMs(error.headers['retry-after']) };
  return kind === 'refused' ? { kind, code, status: error.code, said } : { kind, status: error.code, said };
}

/** Errors of fetch carry the one of the connection as their cause. */
function ofNetwork(error: unknown): ApiFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const codes = [error, error.cause].map((one) => (one instanceof Error && 'code' in one && typeof one.code === 'string' ? one.code : ''));
  const code = codes.find((one) => one !== '') ?? '';
  if (/CERT|SELF_SIGNED|UNABLE_TO_|EPROTO|ERR_TLS|ERR_SSL/.test(code))
    return { kind: 'refused', code: 'not_trusted', status: 0, said: `the connection is not trusted (${code})` };
  if (/^(E[A-Z_]+|UND_ERR_.*|HPE_.*)$/.test(code)) return { kind: 'passing', code: 'no_connection', reason: code, retryAfterMs: undefined };
  return undefined;
}

/** Reason and message of a Status; the body comes as text or as an object. */
function saidIn(body: unknown): string {
  const status = typeof body === 'string' ? parsed(body) : body;
  if (typeof status !== 'object' || status === null) return typeof body === 'string' ? body.slice(0, 500) : '';
  const { reason, message } = status as { reason?: unknown; message?: unknown };
  return [reason, message]
    .filter((part) => typeof part === 'string')
    .join(': ')
    .slice(0, 1000);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in seconds; API servers send no dates. */
function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header.trim()) ? Number(header) * 1000 : undefined;
}
