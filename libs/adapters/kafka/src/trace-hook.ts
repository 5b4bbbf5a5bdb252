import type { TraceContext } from '@mle-smith/contracts';

/** Does work on behalf of the span that an event came from; whoever measures supplies it, and the bus knows none of its words. */
export type TraceHook = <Result>(trace: TraceContext, work: () => Promise<Result>) => Promise<Result>;
