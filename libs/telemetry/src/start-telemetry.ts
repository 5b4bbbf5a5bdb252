import { diag, DiagLogLevel } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { startNodeSdk } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { CarefulExporter } from './careful-exporter.ts';
import { collectorAgent } from './collector-agent.ts';
import type { TelemetryConfig } from './config.ts';
import { instrumentations, views, watchImports } from './instrumentations.ts';
import { serveMetrics } from './metrics-server.ts';
import { observeProcess } from './observe-process.ts';
import { pushReader } from './push-metrics.ts';
import type { RunningTelemetry } from './running.ts';
import { ServiceMetrics } from './service-metrics.ts';
import { TaskSampler } from './task-sampler.ts';
import { RootPropagator } from './trace-context.ts';
import { warn } from './warnings.ts';

/** Spans that wait for the collector; what is beyond is dropped and told. */
const MOST_WAITING = 2_048;
const DELIVERY_MS = 5_000;

/** Starts metrics, and traces where a collector is named; it gets metrics too where that is asked for. Must run before express, kafkajs or mongoose are loaded (platform OB-1). */
export function startTelemetry({ service, version, commit, instance, metrics, traces }: TelemetryConfig): RunningTelemetry {
  watchImports();
  const server = serveMetrics(metrics.host, metrics.port);
  const sdk = startNodeSdk({
    logLevel: 'none',
    // No detector: they put the command line, the host's and the user's names on everything.
    resourceDetectors: [],
    resourceAttributes: {
      'service.namespace': 'mle-smith',
      'service.name': service,
      'service.version': version,
      'service.instance.id': `${instance}-${process.pid}`,
    },
    metricReaders: [server.reader, ...(metrics.push === undefined ? [] : [pushReader(metrics.push.endpoint, metrics.push.everyMs)])],
    views,
    spanProcessors: traces.endpoint === undefined ? [] : [processorFor(traces.endpoint)],
    sampler: new TaskSampler(traces.ratio),
    spanLimits: { attributeValueLengthLimit: 4_096, attributeCountLimit: 64, eventCountLimit: 32, linkCountLimit: 32 },
    propagators: [new W3CTraceContextPropagator(), new RootPropagator()],
    logRecordProcessors: [],
    instrumentations: instrumentations(),
  });
  const tell = (message: string, ...details: unknown[]): void => warn('telemetry.sdk_warned', { message, details });
  const quiet = (): void => undefined;
  diag.setLogger({ error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  observeProcess(new ServiceMetrics(), { version, commit });
  return {
    metricsPort: server.port,
    stop: async () => {
      await sdk.shutdown();
      server.close();
    },
  };
}

function processorFor(endpoint: string): BatchSpanProcessor {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: DELIVERY_MS,
    httpAgentOptions: collectorAgent(DELIVERY_MS),
    concurrencyLimit: 2,
  });
  return new BatchSpanProcessor({
    exporter: new CarefulExporter(exporter),
    maxQueueSize: MOST_WAITING,
    scheduledDelayMillis: 2_000,
    exportTimeoutMillis: 2 * DELIVERY_MS,
  });
}
