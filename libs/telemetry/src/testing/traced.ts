import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator, CompositePropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { CarefulExporter } from '../careful-exporter.ts';
import { TaskSampler } from '../task-sampler.ts';
import { RootPropagator } from '../trace-context.ts';

/** Spans that are kept in memory, in the order in which they ended. */
export interface RecordedSpans {
  spans(): readonly ReadableSpan[];
  close(): Promise<void>;
}

/** Traces in this process as a service does, until closed. `ratio`: part of the beginnings that are sampled. */
export function recordSpans(ratio = 1): RecordedSpans {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    sampler: new TaskSampler(ratio),
    spanProcessors: [new SimpleSpanProcessor({ exporter: new CarefulExporter(exporter) })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new RootPropagator()] }));
  return {
    spans: () => exporter.getFinishedSpans(),
    close: async () => {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}
