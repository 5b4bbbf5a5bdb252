import type { ClusterNotice } from '@mle-smith/contracts';
import type { Log } from '@mle-smith/telemetry';

/** Tells an operator what the cluster does to pods; what jobs come to is told with them. */
export function logCluster(log: Log): (notice: ClusterNotice) => void {
  return (notice) => {
    if (notice.kind === 'list_failed') log.write('cluster.out_of_sight', { namespace: notice.namespace, error: notice.error });
    if (notice.kind === 'list_recovered') log.write('cluster.in_sight', { namespace: notice.namespace, silentMs: notice.silentMs });
    if (notice.kind === 'ended' && notice.code !== 'exited')
      log.write('pod.ended', { job: notice.job, end: notice.code, reason: notice.reason, said: notice.said });
    if (notice.kind === 'orphan_deleted') log.write('pod.orphan_deleted', { namespace: notice.namespace, job: notice.job, reason: notice.reason });
    if (notice.kind === 'waiting_for_quota') log.write('pod.waits_for_quota', { key: notice.key, profile: notice.profile, said: notice.said });
    if (notice.kind === 'clock_skew') log.write('cluster.clock_skew', { skewMs: notice.skewMs });
  };
}
