import { z } from 'zod';
import { SubjectId } from './subject-id.ts';

/** W3C trace context, as the distributed tracing extension of CloudEvents has it. */
export const TraceContext = z.object({ traceparent: z.string().max(256).exactOptional(), tracestate: z.string().max(512).exactOptional() });
export type TraceContext = Readonly<z.infer<typeof TraceContext>>;

/** A CloudEvents 1.0 envelope of a fact about one subject. `data` is small; large things travel as bundle digests. */
export const TaskEvent = z.object({
  id: z.string().min(1).max(256),
  type: z.string().max(256),
  source: z.string().max(1024),
  subject: SubjectId,
  time: z.iso.datetime({ offset: true }),
  ...TraceContext.shape,
  data: z.object({
    generation: z.int(),
    datasetId: SubjectId,
    /** Bundles that the stages left so far: name → digest. */
    documents: z.record(z.string(), z.string()).default({}),
    /** Where a received dataset lies: `s3://bucket/prefix/`. */
    uri: z.string().max(2048).exactOptional(),
  }),
});
export type TaskEvent = z.infer<typeof TaskEvent>;

/** `task.designed` → `io.mlesmith.task.designed.v1`. */
export function eventType(fact: string): string {
  return `io.mlesmith.${fact}.v1`;
}
