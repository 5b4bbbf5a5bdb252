import type { ErrorRequestHandler, RequestHandler } from 'express';
import { cutUnlessWhole } from './gates.ts';
import { HttpProblem, problemDocument, problemOf } from './problem.ts';
import { noteProblem } from './request-notice.ts';
import { placeOf } from './request-place.ts';

/** The answer where no route took the request. */
export const noSuchPlace: RequestHandler = () => {
  throw new HttpProblem('not_found', 'there is nothing at this address');
};

/** Answers what was thrown as a problem document without a stack trace; an answer that had begun is cut, so that nobody takes half of it for all. */
export function answerProblems(lingerMs: number): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = problemOf(error);
    noteProblem(response, problem);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What was not read of the body would be taken for the next request.
    if (problem.status === 413) response.set('Connection', 'close');
    else cutUnlessWhole(request, lingerMs);
    response
      .status(problem.status)
      .set(problem.headers)
      .type('application/problem+json')
      .send(JSON.stringify(problemDocument(problem, placeOf(response).requestId)));
  };
}
