import { SCOPE } from '../service-metrics.ts';
import { SPANS, type SpanName, type SpanRow } from '../span-catalogue.ts';
import type { SentSpan } from './otlp-spans.ts';

/** The row of the table that a span belongs to; undefined for one that the table lacks. */
export function rowOfSpan(span: SentSpan): SpanName | undefined {
  const rows = Object.entries(SPANS) as [SpanName, SpanRow][];
  return rows.find(([, row]) => (row.by ?? SCOPE) === span.scope && row.kind === span.kind && named(row, span))?.[0];
}

/** Whether a span has the name that its row gives it. */
function named({ name }: SpanRow, span: SentSpan): boolean {
  const parts = name.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`).test(span.name);
}
