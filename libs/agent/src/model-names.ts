import { AGENT_GROUPS, AGENTS, type AgentName } from './agents.ts';

/** The model of all agents, and of those that have one of their own. */
export interface ModelNames {
  readonly main?: string;
  readonly agents: Readonly<Partial<Record<AgentName, string>>>;
}

/** A text that names no model. */
export class ModelTextError extends Error {
  readonly code = 'configuration';
  constructor() {
    super(`A model reads NAME for all agents, or AGENT=NAME for ${[...Object.keys(AGENTS), ...Object.keys(AGENT_GROUPS)].join(', ')}.`);
    this.name = new.target.name;
  }
}

/** Adds a model, `[AGENT=]NAME`, to those before it; without an agent it is that of all others. Throws `ModelTextError`. */
export function addModel(text: string, before: ModelNames = { agents: {} }): ModelNames {
  const { agent, name = '' } = /^(?:(?<agent>[a-z]+)=)?(?<name>.*)$/is.exec(text.trim())?.groups ?? {};
  if (name.trim() === '') throw new ModelTextError();
  if (agent === undefined) return { ...before, main: name };
  const known = agent.toLowerCase();
  const named = Object.hasOwn(AGENTS, known) ? [known as AgentName] : AGENT_GROUPS[known];
  if (named === undefined) throw new ModelTextError();
  return { ...before, agents: { ...before.agents, ...Object.fromEntries(named.map((one) => [one, name])) } };
}

/** The names of all models that are asked, each once. */
export function modelsIn({ main, agents }: ModelNames): string[] {
  return [...new Set([...(main === undefined ? [] : [main]), ...Object.values(agents)])];
}
