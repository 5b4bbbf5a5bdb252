import { AGENTS, LONGEST_REPLY, needTools, type AgentName } from './agents.ts';
import type { CallPlace } from './call-store.ts';
import { ReplayMissError } from './journal.ts';
import type { Model } from './model.ts';
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
const MOST_TOKENS = 100;

/** Finds out what the models of an endpoint can do, and gives the agents theirs. Throws `ModelError`, `ModelWithoutToolsError`. */
export async function openSource(options: ModelsOptions, signal: AbortSignal): Promise<ModelSource> {
  const found: Capabilities[] = [];
  for (const { identity, model, agents } of modelsOf(options)) {
    // Asked for as long a reply as agents are, so that a model that takes fewer tokens says so here.
    const own = { ...options, identity, model, replyTokens: options.replyTokens ?? LONGEST_REPLY };
    found.push(await (needTools(agents) ? capabilitiesWithTools(own, signal) : probe(modelAt(own, ENDPOINT), signal)));
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

/** Asks each model of an endpoint something small that it was not asked before. Throws `ModelError` where one does not answer. */
export async function askEndpoint(options: ModelsOptions, signal: AbortSignal): Promise<void> {
  const { time = REAL_TIME } = options;
  for (const { identity, model } of modelsOf(options)) {
    const content = `Answer with one word: are you there? [${new Date(time.now()).toISOString()}]`;
    await modelAt({ ...options, identity, model }, ENDPOINT).complete({ messages: [{ role: 'user', content }], maxTokens: MOST_TOKENS }, signal);
  }
}

/** What was seen of a model, now or earlier; a server without tools may have been mended since, so that it is asked anew. Throws `ModelWithoutToolsError`. */
async function capabilitiesWithTools(options: ModelsOptions, signal: AbortSignal): Promise<Capabilities> {
  let asked = 0;
  const { identity, model } = options;
  const counted: Model | undefined = model && {
    identity: model.identity,
    complete: (request, stop) => {
      if (request.tools !== undefined) asked += 1;
      return model.complete(request, stop);
    },
  };
  // One model for all rounds: each asks the same once more, and what was asked as often before is kept.
  const place = modelAt({ ...options, model: counted }, ENDPOINT);
  for (let round = 0; ; round += 1) {
    const capabilities = await probe(place, signal).catch((error: unknown) => {
      // A record ends where nobody asked again.
      throw round > 0 && error instanceof ReplayMissError ? new ModelWithoutToolsError(identity.model) : error;
    });
    if (capabilities.tools) return capabilities;
    if (asked > 0) throw new ModelWithoutToolsError(identity.model);
  }
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
