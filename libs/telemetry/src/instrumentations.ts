import type { IncomingMessage } from 'node:http';
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { MongooseInstrumentation } from '@opentelemetry/instrumentation-mongoose';
import { AggregationType, createAllowListAttributesProcessor, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { SERVICE_METRICS } from './metric-catalogue.ts';

/** Nobody learns from a trace of a health check, and there is one every few seconds. */
const UNTRACED = /^\/(metrics|health|healthz|live|livez|ready|readyz|startup|startupz)(?:[/?]|$)/;

/**
 * Lets instrumentations see what ES modules import: express, kafkajs and mongoose are CommonJS, but our code imports them, and an import does not
 * go through `require`. Nothing else is looked at, since each module that is costs time at the start.
 */
export function watchImports(): void {
  register({ include: ['express', 'kafkajs', 'mongoose', 'http', 'node:http', 'https', 'node:https'] });
}

export const instrumentations = () => [
  new HttpInstrumentation({
    ignoreIncomingRequestHook: (request: IncomingMessage) => UNTRACED.test(request.url ?? ''),
    requireParentforOutgoingSpans: true,
  }),
  // The span of the request has the route; one for each middleware says nothing.
  new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE, ExpressLayerType.ROUTER, ExpressLayerType.REQUEST_HANDLER] }),
  new KafkaJsInstrumentation(),
  // A worker asks the store for work all the time; only what it does for an attempt or a request is traced.
  new MongooseInstrumentation({ requireParentSpan: true }),
];

const HTTP_SERVER = 'http_server_request_duration_seconds';

/** Of the metrics that instrumentations bring, only what the catalogue holds; the others have buckets and labels that do not suit (platform OB-5). */
export const views: ViewOptions[] = [
  {
    instrumentName: 'http.server.request.duration',
    meterName: '@opentelemetry/instrumentation-http',
    name: HTTP_SERVER,
    description: SERVICE_METRICS[HTTP_SERVER].help,
    attributesProcessors: [createAllowListAttributesProcessor(Object.keys(SERVICE_METRICS[HTTP_SERVER].labels))],
    aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [...SERVICE_METRICS[HTTP_SERVER].buckets] } },
  },
  { instrumentName: 'http.client.*', meterName: '@opentelemetry/instrumentation-http', aggregation: { type: AggregationType.DROP } },
  { meterName: '@opentelemetry/instrumentation-kafkajs', aggregation: { type: AggregationType.DROP } },
];
