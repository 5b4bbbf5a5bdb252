/** How an endpoint is asked. Servers differ in what they refuse, and say so in a 400. */
export interface Dialect {
  readonly stream: boolean;
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens';
}

/** What most servers take: some ignore `max_completion_tokens` and would then answer without end. */
export const COMMON_DIALECT: Dialect = { stream: true, maxTokens: 'max_tokens' };

/** The dialect to try after a refusal; undefined where the refusal is about something else. */
export function otherDialect(dialect: Dialect, refusal: string): Dialect | undefined {
  if (dialect.maxTokens === 'max_tokens' && /\bmax_completion_tokens\b/.test(refusal)) return { ...dialect, maxTokens: 'max_completion_tokens' };
  if (dialect.stream && /\bstream(ing|ed|_options)?\b/i.test(refusal)) return { ...dialect, stream: false };
  return undefined;
}
