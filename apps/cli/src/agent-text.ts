import type { AgentTrial } from '@mle-smith/contracts';

/** The mistakes of an agent by kind, with how often each was made. */
export function mistakesText(mistakes: AgentTrial['mistakes']): string {
  const kinds = [...new Set(mistakes.map(({ kind }) => kind))].map((kind) => `${mistakes.filter((one) => one.kind === kind).length} × ${kind}`);
  return kinds.length === 0 ? 'none' : kinds.join(', ');
}

/** What the agent that solves tasks reached, in one line. */
export function agentText({ name, best, reached, actions, mistakes, ended }: AgentTrial): string {
  const score =
    best === null
      ? 'nothing scored'
      : `best score ${best.score} at action ${best.step}, as good as ${reached.length === 0 ? 'no baseline' : reached.join(', ')}`;
  return `${name}: ${score}; ${actions} actions, mistakes: ${mistakesText(mistakes)}, ended: ${ended}`;
}
