import { FACTS, type BusNotice, type Fact, type IntakeNotice } from '@mle-smith/contracts';
import type { LogCodeName } from './log-codes.ts';
import type { Log, LogData } from './log.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** Handling should be over well within a second (platform KB-1). */
const SLOW_MS = 5_000;

/** Counts what the bus tells, and writes the lines that an operator needs. Back-pressure shows its marks where they are given. */
export function busRecorder(
  metrics: ServiceMetrics,
  log?: Log,
  marks?: { readonly low: number; readonly high: number },
): (notice: BusNotice | IntakeNotice) => void {
  let fetchedAt = performance.now();
  metrics.observe('mlesmith_consumer_fetch_age_seconds', () => [{ value: (performance.now() - fetchedAt) / 1_000, labels: {} }]);
  metrics.showZeroes([
    'mlesmith_consumer_crashes_total',
    'mlesmith_consumer_rebalances_total',
    'mlesmith_events_published_total',
    'mlesmith_publish_failures_total',
  ]);
  metrics.set('mlesmith_consumer_up', 0);
  metrics.set('mlesmith_consumer_paused', 0);
  for (const mark of ['low', 'high'] as const) if (marks !== undefined) metrics.set('mlesmith_backpressure_mark', marks[mark], { mark });
  return (notice) => {
    if (notice.kind === 'fetched') fetchedAt = performance.now();
    else count(metrics, notice);
    const line = lineOf(notice);
    if (line !== undefined) log?.write(...line);
  };
}

function count(metrics: ServiceMetrics, notice: BusNotice | IntakeNotice): void {
  switch (notice.kind) {
    case 'connected':
    case 'disconnected':
      return metrics.set('mlesmith_consumer_up', notice.kind === 'connected' ? 1 : 0);
    case 'crashed':
      metrics.set('mlesmith_consumer_up', 0);
      return metrics.count('mlesmith_consumer_crashes_total', { restart: notice.restart ? 'yes' : 'no' });
    case 'rebalanced':
      return metrics.count('mlesmith_consumer_rebalances_total');
    case 'paused':
    case 'resumed':
      return metrics.set('mlesmith_consumer_paused', notice.kind === 'paused' ? 1 : 0);
    case 'published':
      return metrics.count('mlesmith_events_published_total', { topic: factOf(notice.topic) });
    case 'publish_failed':
      return metrics.count('mlesmith_publish_failures_total', { topic: factOf(notice.topic) });
    case 'handled':
      return metrics.record('mlesmith_handler_duration_seconds', notice.durationMs / 1_000, { topic: factOf(notice.topic), outcome: notice.outcome });
    case 'dead_lettered':
      return metrics.count('mlesmith_dead_letters_total', { topic: factOf(notice.topic), reason: notice.reason });
    case 'unreachable':
      return metrics.set('mlesmith_consumer_up', 0);
    case 'fetched':
      return undefined;
  }
}

function lineOf(notice: BusNotice | IntakeNotice): [LogCodeName, LogData] | undefined {
  const { kind, ...data } = notice;
  switch (notice.kind) {
    case 'connected':
      return ['bus.connected', {}];
    case 'unreachable':
      return ['bus.unreachable', data];
    case 'crashed':
      return ['bus.consumer_crashed', data];
    case 'rebalanced':
      return ['bus.rebalanced', {}];
    case 'paused':
    case 'resumed':
      return [`bus.${notice.kind}`, data];
    case 'publish_failed':
      return ['bus.publish_failed', data];
    case 'dead_lettered':
      return ['bus.dead_letter', data];
    case 'handled':
      if (notice.outcome === 'parked') return ['bus.parked', data];
      return notice.durationMs > SLOW_MS ? ['bus.slow_handler', data] : undefined;
    case 'disconnected':
    case 'published':
    case 'fetched':
      return undefined;
  }
}

/** The fact that a topic carries; a deployment may give topics a prefix of its own. */
function factOf(topic: string): Fact {
  return FACTS.find((fact) => topic === fact || topic.endsWith(`.${fact}`)) ?? ('other' as Fact);
}
