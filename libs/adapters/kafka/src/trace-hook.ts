/** Carries the context of a trace over the bus; whoever measures supplies it, and the bus knows none of its words. */
export interface TraceHook {
  /** Writes the current context into headers (`traceparent`, `tracestate`). */
  inject(headers: Record<string, string>): void;
  /** Runs work within the context that the headers name. */
  extract<Result>(headers: Readonly<Record<string, string>>, work: () => Promise<Result>): Promise<Result>;
}
