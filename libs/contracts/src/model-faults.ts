/** What an endpoint refuses every call for until somebody sees to it: the bill, the key, the name. */
export const MODEL_REFUSALS = ['quota', 'auth', 'config'] as const;
export type ModelRefusal = (typeof MODEL_REFUSALS)[number];

/** What can be wrong with a call of a model (platform LL-2). */
export const MODEL_FAULTS = ['garbage', 'truncated', 'refusal', 'filtered', 'transport', 'rate', ...MODEL_REFUSALS] as const;
export type ModelFault = (typeof MODEL_FAULTS)[number];
