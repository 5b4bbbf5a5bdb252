/** What one caller may ask of a process, and how long anything may take. */
export interface HttpLimits {
  /** The largest JSON body, bytes. */
  readonly bodyBytes: number;
  /** Requests that a caller may make at once after a pause. */
  readonly burst: number;
  /** Requests of a caller that are taken a second in the long run. */
  readonly requestsPerSecond: number;
  /** Callers that are told apart; those that were quiet the longest are forgotten first. */
  readonly callers: number;
  readonly connections: number;
  /** Connections of one address without a request yet; health is asked at the same port, and needs room. */
  readonly silent: number;
  /** Longest time for a request's header fields to arrive, ms. */
  readonly headersMs: number;
  /** Longest time for a whole request to arrive, ms. */
  readonly requestMs: number;
  /** The same where the body is left to its handler, ms. */
  readonly streamMs: number;
  /** How long the rest of a request may take that was turned down before all of it was here, ms; who sends on holds a connection. */
  readonly lingerMs: number;
  /** Longest wait for requests in flight when the process stops, ms. */
  readonly closeMs: number;
}

/** Limits where nothing else is said. */
export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 1024 * 1024,
  burst: 100,
  requestsPerSecond: 20,
  callers: 10_000,
  connections: 1_000,
  silent: 100,
  headersMs: 10_000,
  requestMs: 30_000,
  streamMs: 30_000,
  lingerMs: 5_000,
  closeMs: 10_000,
};
