import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { boundedText } from './plain-data.ts';
import { SCOPE } from './service-metrics.ts';
import { attributesMadeBy } from './span-catalogue.ts';
import { warn } from './warnings.ts';

type Done = Parameters<SpanExporter['export']>[1];

/** Keys and signatures travel in queries. */
const URLS = ['url.full'];
/** Attributes of links are those of attempts. */
const OF_LINKS = new Set(['mlesmith.link']);

/** Sends what the catalogue has of spans, without secrets, and turns a failed delivery into one warning a minute: spans are worth less than the work (platform OB-13). */
export class CarefulExporter implements SpanExporter {
  readonly #exporter: SpanExporter;

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter;
  }

  export(spans: ReadableSpan[], done: Done): void {
    for (const span of spans) clean(span);
    this.#exporter.export(spans, (result) => {
      // 0 is success; the enum lives in a package that is not needed otherwise.
      if (result.code !== 0) warn('telemetry.export_failed', { error: result.error, spans: spans.length });
      done({ code: 0 });
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

/** Instrumentations write what they see; nobody else can look over all of it. */
function clean(span: ReadableSpan): void {
  const { name } = span.instrumentationScope;
  const allowed = attributesMadeBy(name === SCOPE ? undefined : name);
  cleanAttributes(span.attributes, allowed);
  for (const event of span.events) cleanAttributes(event.attributes ?? {}, allowed);
  for (const { attributes = {} } of span.links) cleanAttributes(attributes, OF_LINKS);
  if (span.status.message !== undefined) span.status.message = boundedText(span.status.message);
}

function cleanAttributes(attributes: Attributes, allowed: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = URLS.includes(name) && typeof value === 'string' ? value.split('?')[0] : value;
    if (allowed.has(name)) attributes[name] = cleaned(text);
    else delete attributes[name];
  }
}

function cleaned(value: AttributeValue | undefined): AttributeValue | undefined {
  if (typeof value === 'string') return boundedText(value);
  return Array.isArray(value) ? (value.map((part: unknown) => (typeof part === 'string' ? boundedText(part) : part)) as AttributeValue) : value;
}
