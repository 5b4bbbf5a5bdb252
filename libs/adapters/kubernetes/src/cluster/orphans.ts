import type { V1Job } from '@kubernetes/client-node';
import { msOf } from './times.ts';

/**
 * Why a Job that nobody here holds can be deleted; undefined where it may be another replica's (platform KJ-7).
 * A holder removes its Job at once after its end: one that ended long ago has none. A Job past its own deadline is of no use to anybody.
 */
export function orphanReason(job: V1Job, nowMs: number, graceSeconds: number): string | undefined {
  const graceMs = graceSeconds * 1000;
  const ended = job.status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  const endedAt = ended === undefined ? undefined : (msOf(ended.lastTransitionTime) ?? msOf(job.metadata?.creationTimestamp));
  if (endedAt !== undefined) return nowMs - endedAt >= graceMs ? `ended ${Math.round((nowMs - endedAt) / 1000)} s ago and nobody fetched it` : undefined;
  // The clock of a Job that waits in a queue does not run.
  if (job.spec?.suspend === true) return undefined;
  const started = msOf(job.status?.startTime) ?? msOf(job.metadata?.creationTimestamp);
  const deadlineMs = (job.spec?.activeDeadlineSeconds ?? 0) * 1000;
  return started !== undefined && nowMs - started >= deadlineMs + graceMs ? 'is past its deadline' : undefined;
}
