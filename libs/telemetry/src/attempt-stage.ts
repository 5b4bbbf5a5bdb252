import { AsyncLocalStorage } from 'node:async_hooks';
import type { StageName } from '@mle-smith/contracts';
import { OTHER, STAGES } from './metric-labels.ts';

const current = new AsyncLocalStorage<string>();

/** Does work as part of a stage: what it sets off is counted for that stage, also where no trace is made. */
export function withinStage<Result>(stage: string, work: () => Result): Result {
  return current.run(stage, work);
}

/** The stage whose work this is; `other` beside all stages. */
export function currentStage(): StageName {
  return STAGES.find((stage) => stage === current.getStore()) ?? (OTHER as StageName);
}
