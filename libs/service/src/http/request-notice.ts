import type { RequestHandler, Response } from 'express';
import type { HttpProblem } from './problem.ts';
import { placeOf } from './request-place.ts';

/** One answered request, for logs and metrics. */
export interface RequestNotice {
  readonly requestId: string;
  readonly method: string;
  /** The pattern of the route, never the address itself: patterns are few, and hold nothing of the caller's. Undefined where no route took it. */
  readonly route: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  /** False where the connection ended before the answer did. */
  readonly finished: boolean;
  readonly principal: string | undefined;
  /** Why it was turned down; its `cause` is what was thrown. */
  readonly problem: HttpProblem | undefined;
}

const PROBLEM = Symbol('problem');

/** Remembers why a request was turned down, for its notice. */
export function noteProblem(response: Response, problem: HttpProblem): void {
  Object.assign(response.locals, { [PROBLEM]: problem });
}

/** Tells of each request when its answer is over. */
export function observe(onRequest: (notice: RequestNotice) => void): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    response.once('close', () => {
      const { requestId, principal } = placeOf(response);
      onRequest({
        requestId,
        method: request.method,
        route: (request.route as { path?: string } | undefined)?.path,
        status: response.statusCode,
        durationMs: performance.now() - started,
        finished: response.writableFinished,
        principal: principal?.name,
        problem: (response.locals as { [PROBLEM]?: HttpProblem })[PROBLEM],
      });
    });
    next();
  };
}
