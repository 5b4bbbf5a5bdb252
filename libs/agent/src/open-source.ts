import type { CallPlace } from './call-store.ts';
import type { Model } from './model.ts';
import type { ModelSource } from './model-source.ts';
import { modelAt, type ModelsOptions } from './models.ts';
import { probe } from './probe.ts';
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

/** Finds out what an endpoint can do, and gives the agents their models. Throws `ModelError`, `ModelWithoutToolsError`. */
export async function openSource(options: ModelsOptions, signal: AbortSignal): Promise<ModelSource> {
  const at = (place: CallPlace): Model => modelAt(options, place);
  const capabilities = await probe(at(ENDPOINT), signal);
  if (!capabilities.tools) throw new ModelWithoutToolsError(options.identity.model);
  return { at, capabilities, time: options.time ?? REAL_TIME };
}
