import type { V1Job } from '@kubernetes/client-node';
import type { Graces } from './settings.ts';
import { msOf } from './times.ts';

/**
 * Why a Job that nobody here holds can be deleted; undefined where it may be another replica's (platform KJ-7).
 * A holder removes its Job at once after its end: one that ended long ago has none. A Job past its own deadline is of no use to anybody,
 * and nobody waits in a queue for longer than `queue`.
 */
export function orphanReason(job: V1Job, nowMs: number, graces: Pick<Graces, 'orphan' | 'queue'>): string | undefined {
  const graceMs = graces.orphan * 1000;
  const ended = job.status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  const endedAt = ended === undefined ? undefined : (msOf(ended.lastTransitionTime) ?? msOf(job.metadata?.creationTimestamp));
  if (endedAt !== undefined) return nowMs - endedAt >= graceMs ? `ended ${Math.round((nowMs - endedAt) / 1000)} s ago and nobody fetched it` : undefined;
  const created = msOf(job.metadata?.creationTimestamp);
  // The clock of its deadline does not run in a queue.
  if (job.spec?.suspend === true)
    return created !== undefined && nowMs - created >= graces.queue * 1000 + graceMs ? 'is in its queue for longer than anybody waits' : undefined;
  const started = msOf(job.status?.startTime) ?? created;
  const deadlineMs = (job.spec?.activeDeadlineSeconds ?? 0) * 1000;
  return started !== undefined && nowMs - started >= deadlineMs + graceMs ? 'is past its deadline' : undefined;
}
