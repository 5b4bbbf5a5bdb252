import type { AgentTrial } from '@mle-smith/contracts';

/** The mistakes of an agent by kind, with how often each was made. */
export function mistakesText(mistakes: AgentTrial['mistakes']): string {
  const kinds = [...new Set(mistakes.map(({ kind }) => kind))].map((kind) => `${mistakes.filter((one) => one.kind === kind).length} × ${kind}`);
  return kinds.length === 0 ? 'none' : kinds.join(', ');
}

/** Why an agent ended where it did not think that it was done, by its code. */
const ENDS: Readonly<Record<string, string>> = {
  turns: 'it had no turns left',
  toolCalls: 'it had no actions left',
  tokens: 'it had no tokens left',
  wallMs: 'it had no time left',
  repeats: 'it did the same again and again',
  budget: 'a budget had no room',
  truncated: 'its reply or its talk was too long for the model',
  refusal: 'the model refused',
  filtered: 'a content filter held its reply back',
  answer_unusable: 'its answer did not fit',
};

/** How an agent ended, by its code and in words. */
export function endText(ended: string): string {
  const why = ENDS[ended] ?? (ended.startsWith('model_') ? 'its endpoint was at fault' : undefined);
  return why === undefined ? ended : `${ended} (${why})`;
}

/** What the agent that solves tasks reached, in one line. */
export function agentText({ name, best, reached, actions, mistakes, ended }: AgentTrial): string {
  const score =
    best === null
      ? 'nothing scored'
      : `best score ${best.score} at action ${best.step}, as good as ${reached.length === 0 ? 'no baseline' : reached.join(', ')}`;
  return `${name}: ${score}; ${actions} actions, mistakes: ${mistakesText(mistakes)}, ended: ${endText(ended)}`;
}
