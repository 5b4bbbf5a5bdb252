import { withAttempt, type TracedAttempt } from './attempt-span.ts';
import type { TraceHeaders } from './trace-context.ts';

/** A stage as far as it is traced. */
export type TracedHandler<Item extends TracedAttempt, Context, Outcome extends { readonly kind: string }> = (item: Item, context: Context) => Promise<Outcome>;

/** The same stages, each of whose attempts is a trace of its own, linked to what `causeOf` tells of its item. */
export function tracedHandlers<Item extends TracedAttempt, Context, Outcome extends { readonly kind: string }, Stage extends string>(
  handlers: Readonly<Partial<Record<Stage, TracedHandler<Item, Context, Outcome>>>>,
  causeOf: (item: Item) => TraceHeaders,
): Readonly<Partial<Record<Stage, TracedHandler<Item, Context, Outcome>>>> {
  const traced = Object.entries<TracedHandler<Item, Context, Outcome> | undefined>(handlers).flatMap(([stage, handler]) =>
    handler === undefined
      ? []
      : [
          [
            stage,
            (item: Item, context: Context) =>
              withAttempt(
                item,
                causeOf(item),
                () => handler(item, context),
                (outcome) => outcome.kind,
              ),
          ] as const,
        ],
  );
  return Object.fromEntries(traced) as Readonly<Partial<Record<Stage, TracedHandler<Item, Context, Outcome>>>>;
}
