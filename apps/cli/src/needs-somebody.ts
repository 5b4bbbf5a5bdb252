import { mendingOf } from '@mle-smith/agent';

/** The code of a retry that only a larger budget mends. */
export const WAITS_FOR_BUDGET = 'budget_exceeded';

/** Faults of an endpoint that trying again does not mend: a key, a bill, a name. */
export function isRefusal(code: string | undefined): boolean {
  return mendingOf(code) === 'operator';
}

/** Whether a retry waits for somebody and not for time. */
export function needsSomebody(code: string | undefined): boolean {
  return code === WAITS_FOR_BUDGET || isRefusal(code);
}
