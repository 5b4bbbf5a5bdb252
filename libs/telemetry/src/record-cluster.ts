import type { ClusterNotice } from '@mle-smith/contracts';
import { API_ERRORS, OTHER } from './metric-labels.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** The call that shows what there is. */
const LIST = 'list Jobs';

/** Counts what a cluster does to jobs, and shows since when nobody has looked at them. */
export function clusterRecorder(metrics: ServiceMetrics, nowMs: () => number = () => performance.now()): (notice: ClusterNotice) => void {
  let listedAt = nowMs();
  // One namespace may be out of sight while others are looked at.
  const lostSince = new Map<string, number>();
  metrics.observe('mlesmith_cluster_reconcile_age_seconds', () => [{ value: (nowMs() - Math.min(listedAt, ...lostSince.values())) / 1_000, labels: {} }]);
  metrics.showZeroes([
    'mlesmith_cluster_api_errors_total',
    'mlesmith_cluster_list_failures_total',
    'mlesmith_cluster_orphans_deleted_total',
    'mlesmith_pod_waits_total',
  ]);
  return (notice) => {
    switch (notice.kind) {
      case 'called': {
        const { operation, outcome, code, durationMs } = notice;
        if (code !== undefined) metrics.count('mlesmith_cluster_api_errors_total', { code: API_ERRORS.find((one) => one === code) ?? OTHER });
        if (outcome === 'answered' && operation === LIST) listedAt = nowMs();
        return metrics.record('mlesmith_cluster_api_duration_seconds', durationMs / 1_000, { operation, outcome });
      }
      case 'ready':
        return metrics.record('mlesmith_pod_start_seconds', notice.waitedMs / 1_000);
      case 'ended':
        return metrics.count('mlesmith_pod_ends_total', { code: notice.code });
      case 'waiting_for_slot':
      case 'waiting_for_quota':
        return metrics.count('mlesmith_pod_waits_total', { for: notice.kind === 'waiting_for_slot' ? 'slot' : 'quota' });
      case 'list_failed':
        lostSince.set(notice.namespace, nowMs());
        return metrics.count('mlesmith_cluster_list_failures_total');
      case 'orphan_deleted':
        return metrics.count('mlesmith_cluster_orphans_deleted_total');
      case 'list_recovered':
        lostSince.delete(notice.namespace);
        return undefined;
      case 'created':
      case 'adopted':
      case 'logs_lost':
      case 'clock_skew':
        return undefined;
    }
  };
}
