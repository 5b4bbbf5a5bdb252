import type { StageOutcome } from '@mle-smith/stage-runtime';
import type { AgentOutcome } from './agent-loop.ts';
import { BudgetExceededError } from './budget.ts';
import { ReplayMissError } from './journal.ts';
import { MODEL_ERRORS, ModelError, stageCodeOf } from './model-error.ts';

/** A budget is the user's to raise, and that of a day has room again tomorrow: a service looks again once an hour for a day, and then ends the item. */
const AFTER_BUDGET_MS = 3_600_000;
const ROUNDS_OF_BUDGET = 23;

/** Where the endpoint is at fault, or a budget has no room, the item is put aside for as long as the endpoint asks, or for a while. Other faults are thrown on. */
export function outcomeOfModelError(error: unknown): StageOutcome {
  if (error instanceof BudgetExceededError) return withoutBudget(error.message);
  if (error instanceof ReplayMissError) return { kind: 'ended', code: error.code, message: error.message };
  if (!(error instanceof ModelError)) throw error;
  const { code, message, retryAfterMs } = error;
  const { rounds } = MODEL_ERRORS[code];
  return {
    kind: 'retry',
    code: stageCodeOf(code),
    message,
    ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
    ...(rounds === undefined ? {} : { rounds: rounds.most, afterMs: rounds.afterMs }),
  };
}

/** The end of a stage whose agent gave no answer, or a pause where that was for want of a budget. `who` is the agent by its name, `documents` what is kept of it. */
export function endWithoutAnswer(
  who: string,
  outcome: Exclude<AgentOutcome<unknown>, { kind: 'answered' }>,
  documents: Readonly<Record<string, string>>,
): StageOutcome {
  return outcome.kind === 'bounded' && outcome.bound === 'budget'
    ? { ...withoutBudget(outcome.message), documents }
    : { kind: 'ended', code: 'agent_failed', message: `the ${who} gave nothing that can be used: ${outcome.message}`, documents };
}

function withoutBudget(message: string): Extract<StageOutcome, { kind: 'retry' }> {
  return { kind: 'retry', code: 'budget_exceeded', message, afterMs: AFTER_BUDGET_MS, rounds: ROUNDS_OF_BUDGET };
}
