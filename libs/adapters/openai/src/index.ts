export { BaseUrlError, type BaseUrlRules } from './base-url.ts';
export { DEFAULT_LIMITS, limitsOf, type Limits } from './limits.ts';
export type { ModelCard } from './model-card.ts';
export { OpenAiModel, type OpenAiModelOptions } from './openai-model.ts';
export { Secret, SecretError } from './secret.ts';
