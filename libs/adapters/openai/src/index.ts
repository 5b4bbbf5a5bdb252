export { BaseUrlError } from './base-url.ts';
export { limitsOf, type Limits } from './limits.ts';
export type { ModelCard } from './model-card.ts';
export { OpenAiModel, type OpenAiModelOptions } from './openai-model.ts';
export { Secret } from './secret.ts';
