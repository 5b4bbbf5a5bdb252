import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { ServiceMetrics } from './service-metrics.ts';
import { warningCounts } from './warnings.ts';

/** A finer look would wake an idle process too often. */
const LAG_EVERY_MS = 500;

/** Shows what runs here and how it is: event loop, memory, CPU, build. */
export function observeProcess(metrics: ServiceMetrics, build: { readonly version: string; readonly commit: string }): void {
  const lag = watchLag();
  let busy: EventLoopUtilization | undefined;
  const one = (value: number) => [{ value, labels: {} }];
  metrics.observe('mlesmith_build_info', () => [{ value: 1, labels: { version: build.version, commit: build.commit } }]);
  metrics.observe('process_start_time_seconds', () => one(performance.timeOrigin / 1_000));
  metrics.observe('process_cpu_seconds_total', () => {
    const { user, system } = process.cpuUsage();
    return one((user + system) / 1_000_000);
  });
  metrics.observe('process_resident_memory_bytes', () => one(process.memoryUsage.rss()));
  metrics.observe('nodejs_heap_used_bytes', () => one(getHeapStatistics().used_heap_size));
  metrics.observe('nodejs_heap_limit_bytes', () => one(getHeapStatistics().heap_size_limit));
  metrics.observe('nodejs_eventloop_lag_max_seconds', () => one(lag()));
  metrics.observe('nodejs_eventloop_utilization_ratio', () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = busy === undefined ? now : performance.eventLoopUtilization(now, busy);
    busy = now;
    return one(utilization);
  });
  metrics.observe('mlesmith_telemetry_warnings_total', () => warningCounts().map(({ code, count }) => ({ value: count, labels: { code } })));
}

/** Longest lateness since it was last asked for, in seconds. */
function watchLag(): () => number {
  let longest = 0;
  let expected = performance.now() + LAG_EVERY_MS;
  setInterval(() => {
    longest = Math.max(longest, performance.now() - expected);
    expected = performance.now() + LAG_EVERY_MS;
  }, LAG_EVERY_MS).unref();
  return () => {
    const found = Math.max(longest, performance.now() - expected, 0) / 1_000;
    longest = 0;
    return found;
  };
}
