import type { Difficulty } from '@mle-smith/contracts';
import { stageOf } from '@mle-smith/task';

/** What a starter task is, in one line for those who meet the word. */
export const STARTER_NOTE =
  'starter: the strong baseline is not clearly better than the simple one, so the task hardly tells solvers apart; export leaves it out unless --include-starter is given';

/** The state of a dataset or a task in a person's words, with its reason code, its grade where it is a starter, or the stage that it waits for. */
export function stateText({ state, code, difficulty }: { state: string; code?: string | undefined; difficulty?: Difficulty | undefined }): string {
  const word = state === 'dataset.brainstormed' ? 'done' : (state.split('.')[1] ?? state);
  const stage = stageOf(state);
  const note = stage !== undefined ? `next: ${stage}` : (code ?? (difficulty === 'starter' ? 'starter' : undefined));
  return note === undefined ? word : `${word} (${note})`;
}
