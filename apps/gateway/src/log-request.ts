import type { RequestNotice } from '@mle-smith/service';
import type { Log } from '@mle-smith/telemetry';

/** Writes what an operator needs of requests: those that were refused, and those that failed by our fault. */
export function logRequest(log: Log): (notice: RequestNotice) => void {
  return ({ problem, ...notice }) => {
    if (problem === undefined) return;
    log.write(problem.code === 'internal' ? 'http.failed' : 'http.refused', {
      ...notice,
      problem: problem.code,
      ...(problem.cause === undefined ? {} : { error: problem.cause }),
    });
  };
}
