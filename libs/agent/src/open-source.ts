import { AGENTS, LONGEST_REPLY, needTools, type AgentName } from './agents.ts';
import type { CallPlace } from './call-store.ts';
import type { ModelSource } from './model-source.ts';
import { modelAt, type ModelsOptions } from './models.ts';
import { probe, type Capabilities } from './probe.ts';
import { FORMATS } from './structured.ts';
import { REAL_TIME } from './waiting.ts';

/** A model calls no tools: the agents need one that does. */
export class ModelWithoutToolsError extends Error {
  readonly code = 'model_without_tools';
  constructor(model: string) {
    super(`the model called no tool when it was asked to [model=${model}]; the agents need one that does`);
    this.name = new.target.name;
  }
}

const ENDPOINT: CallPlace = { agent: 'probe', stage: 'probe', subject: 'endpoint', dataset: 'endpoint', generation: 1 };

/** Finds out what the models of an endpoint can do, and gives the agents theirs. Throws `ModelError`, `ModelWithoutToolsError`. */
export async function openSource(options: ModelsOptions, signal: AbortSignal): Promise<ModelSource> {
  const found: Capabilities[] = [];
  for (const { identity, model, agents } of modelsOf(options)) {
    // Asked for as long a reply as agents are, so that a model that takes fewer tokens says so here.
    const { tools, formats } = await probe(modelAt({ ...options, identity, model, replyTokens: options.replyTokens ?? LONGEST_REPLY }, ENDPOINT), signal);
    if (!tools && needTools(agents)) throw new ModelWithoutToolsError(identity.model);
    found.push({ tools, formats });
  }
  return {
    at: (place) => modelAt(options, place),
    capabilities: {
      tools: found.every(({ tools }) => tools),
      formats: FORMATS.filter((format) => found.every(({ formats }) => formats.includes(format))),
    },
    time: options.time ?? REAL_TIME,
  };
}

/** Each model with the agents that it works for. */
function modelsOf({
  identity,
  model,
  ofAgents = {},
}: ModelsOptions): (Pick<ModelsOptions, 'identity' | 'model'> & { readonly agents: readonly AgentName[] })[] {
  const names = Object.keys(AGENTS) as AgentName[];
  const used = names.map((agent) => ({ agent, ...(ofAgents[agent] ?? { identity, model }) }));
  return [...new Map(used.map((one) => [one.identity.model, one])).values()].map((one) => ({
    identity: one.identity,
    model: one.model,
    agents: used.filter((other) => other.identity.model === one.identity.model).map(({ agent }) => agent),
  }));
}
