import type { StageHandler, StageOutcome } from '@mle-smith/stage-runtime';
import { mendingOf } from './model-error.ts';

/** Ends of a stage that say that its model was of no use. */
const OF_NO_USE = new Set(['agent_failed', 'review_error', 'budget_exceeded']);

/**
 * The stage by models, and by rules where the model, its endpoint or its budget is of no use; an endpoint that asks for
 * time gets it. What rules decide is labelled as such by the documents they leave; what was said to the model is kept beside them.
 */
export function withFallback(byModels: StageHandler, byRules: StageHandler, told: (id: string, message: string) => void): StageHandler {
  return async (item, context) => {
    const outcome = await byModels(item, context);
    const message = uselessness(outcome);
    if (message === undefined) return outcome;
    told(item.id, message);
    return withDocuments(await byRules(item, context), outcome);
  };
}

function uselessness(outcome: StageOutcome): string | undefined {
  if (outcome.kind !== 'ended' && outcome.kind !== 'retry') return undefined;
  const mending = mendingOf(outcome.code);
  return OF_NO_USE.has(outcome.code) || (mending !== undefined && mending !== 'time') ? `${outcome.code}: ${outcome.message}` : undefined;
}

/** An outcome that keeps what another one left, too. */
function withDocuments(outcome: StageOutcome, other: StageOutcome): StageOutcome {
  const left = 'documents' in other ? other.documents : undefined;
  return left === undefined ? outcome : { ...outcome, documents: { ...left, ...outcome.documents } };
}
