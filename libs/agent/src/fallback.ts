import type { StageHandler, StageOutcome } from '@mle-smith/stage-runtime';

/** Ends and faults of a stage that say that its model was of no use. */
const OF_NO_USE = new Set(['agent_failed', 'review_error', 'budget_exceeded', 'model_transport', 'model_garbage', 'model_quota', 'model_auth', 'model_config']);

/** The stage by models, and by rules where the model, its endpoint or its budget is of no use. What rules decide is labelled as such by the documents they leave. */
export function withFallback(byModels: StageHandler, byRules: StageHandler, told: (id: string, message: string) => void): StageHandler {
  return async (item, context) => {
    const outcome = await byModels(item, context);
    const message = uselessness(outcome);
    if (message === undefined) return outcome;
    told(item.id, message);
    return byRules(item, context);
  };
}

function uselessness(outcome: StageOutcome): string | undefined {
  return (outcome.kind === 'ended' || outcome.kind === 'retry') && OF_NO_USE.has(outcome.code) ? `${outcome.code}: ${outcome.message}` : undefined;
}
