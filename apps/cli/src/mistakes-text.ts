import type { AgentTrial } from '@mle-smith/contracts';

/** The mistakes of an agent by kind, with how often each was made. */
export function mistakesText(mistakes: AgentTrial['mistakes']): string {
  const kinds = [...new Set(mistakes.map(({ kind }) => kind))].map((kind) => `${mistakes.filter((one) => one.kind === kind).length} × ${kind}`);
  return kinds.length === 0 ? 'none' : kinds.join(', ');
}
