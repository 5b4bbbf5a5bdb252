/** What can be wrong with a call of a model (platform LL-2). */
export const MODEL_FAULTS = ['garbage', 'truncated', 'refusal', 'filtered', 'transport', 'rate', 'quota', 'auth', 'config'] as const;
export type ModelFault = (typeof MODEL_FAULTS)[number];
