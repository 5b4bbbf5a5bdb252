/** Every way in which a request is turned down: its status, and the title of its problem document (RFC 9457). */
export const PROBLEMS = {
  malformed_request: { status: 400, title: 'The request cannot be read.' },
  invalid_request: { status: 400, title: 'The request is not as the interface describes it.' },
  unauthenticated: { status: 401, title: 'A valid API key is needed.' },
  forbidden: { status: 403, title: 'The role of this API key does not allow this.' },
  not_found: { status: 404, title: 'There is no such thing.' },
  method_not_allowed: { status: 405, title: 'This address does not take this method.' },
  request_timeout: { status: 408, title: 'The request did not arrive in time.' },
  conflict: { status: 409, title: 'The request contradicts what is there already.' },
  too_large: { status: 413, title: 'The request is larger than what is taken.' },
  unsupported_media_type: { status: 415, title: 'The body is not of a media type that is taken here.' },
  refused_location: { status: 422, title: 'Data is not read from this place.' },
  unprocessable: { status: 422, title: 'The request refers to what cannot be used.' },
  rate_limited: { status: 429, title: 'Too many requests; try again later.' },
  internal: { status: 500, title: 'A fault of this program; please report the request id.' },
  unavailable: { status: 503, title: 'A part that is needed does not answer; try again later.' },
  shutting_down: { status: 503, title: 'This process is stopping; try again.' },
} as const satisfies Readonly<Record<string, { status: number; title: string }>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A request that is turned down. The message is told to the caller: it holds nothing that the caller may not know. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  /** Further members of the problem document. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Header fields of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    { members = {}, headers = {}, cause }: { members?: Readonly<Record<string, unknown>>; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.members = members;
    this.headers = headers;
  }
}

/** The problem document of a request that was turned down. */
export function problemDocument({ code, status, message, members }: HttpProblem, requestId: string): Readonly<Record<string, unknown>> {
  return { ...members, type: `urn:mle-smith:problem:${code}`, title: PROBLEMS[code].title, status, detail: message, code, requestId };
}

/** What express and its body parsers throw, by their own types; anything else is our fault and tells the caller nothing. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { type, status } = (typeof error === 'object' && error !== null ? error : {}) as { type?: unknown; status?: unknown };
  const options = { cause: error };
  switch (type) {
    case 'entity.too.large':
    case 'parameters.too.many':
      return new HttpProblem('too_large', 'the body is larger than what is taken', options);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new HttpProblem('unsupported_media_type', 'the body must be JSON in UTF-8, and not compressed', options);
    case 'entity.parse.failed':
      return new HttpProblem('malformed_request', 'the body is not JSON', options);
    default:
      return status === 400 || error instanceof URIError
        ? new HttpProblem('malformed_request', 'the request cannot be read', options)
        : new HttpProblem('internal', 'the request could not be answered', options);
  }
}
