/** The release of the semantic conventions from which the names of model calls are taken; they are in development there and still change (platform OB-6). */
export const GEN_AI_CONVENTIONS = '1.45.0';

/** Attributes of a call of a model, by what they tell; the one place that names them. */
export const GEN_AI = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  tokenType: 'gen_ai.token.type',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  error: 'error.type',
} as const;

/** Metrics of calls of models. */
export const GEN_AI_METRICS = { duration: 'gen_ai.client.operation.duration', tokens: 'gen_ai.client.token.usage' } as const;

/** The one operation that our models do. */
export const GEN_AI_OPERATION = 'chat';
