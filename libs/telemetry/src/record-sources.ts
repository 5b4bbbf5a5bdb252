import type { SourceNotice } from '@mle-smith/contracts';
import type { Log } from './log.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** Counts what is told of sources, and writes the lines that an operator needs. */
export function sourceRecorder(metrics: ServiceMetrics, log: Pick<Log, 'write'>): (notice: SourceNotice) => void {
  return (notice) => {
    const { source } = notice;
    switch (notice.kind) {
      case 'looked':
        return metrics.count('mlesmith_ingest_objects_total', { source, outcome: notice.outcome }, notice.objects);
      case 'fetched':
        return metrics.count('mlesmith_ingest_bytes_total', { source }, notice.bytes);
      case 'unreachable':
        return log.write('ingest.source_unreachable', { source, error: notice.error });
      case 'found': {
        const { dataset, uri, objects, settledMs, by, gap } = notice;
        metrics.record('mlesmith_ingest_settle_seconds', settledMs / 1_000, { source });
        if (gap) metrics.count('mlesmith_ingest_gaps_total', { source }, objects);
        log.write('ingest.found', { dataset, uri, objects, by });
        if (gap) log.write('ingest.gap_found', { dataset, uri, objects });
      }
    }
  };
}
