/** How an endpoint is asked. Servers differ in what they refuse, and say so in a 400. */
export interface Dialect {
  readonly stream: boolean;
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens';
  /** Most tokens of a reply that the model takes, where it refused more. */
  readonly mostTokens?: number;
}

/** What most servers take: some ignore `max_completion_tokens` and would then answer without end. */
export const COMMON_DIALECT: Dialect = { stream: true, maxTokens: 'max_tokens' };

/** Fewer tokens than these are no reply to work with; a smaller number in a refusal means something else. */
const LEAST_TOKENS = 256;

/** How servers tell the size of the context that talk and reply share. */
const CONTEXT = /(?:context (?:length|window|size)\D{0,30}?|max_new_tokens`? must be <=? )(\d+)/i;

/** The dialect to try after a refusal of so many tokens of a reply; undefined where the refusal is about something else. */
export function otherDialect(dialect: Dialect, refusal: string, tokens = 0): Dialect | undefined {
  if (dialect.maxTokens === 'max_tokens' && /\bmax_completion_tokens\b/.test(refusal)) return { ...dialect, maxTokens: 'max_completion_tokens' };
  const mostTokens = fewerTokens(refusal, Math.min(tokens, dialect.mostTokens ?? tokens));
  if (mostTokens !== undefined) return { ...dialect, mostTokens };
  if (dialect.stream && /\bstream(ing|ed|_options)?\b/i.test(refusal)) return { ...dialect, stream: false };
  return undefined;
}

/**
 * The most tokens of a reply by a refusal of more, which servers tell in words: "supports at most 4096 completion tokens, whereas you provided 16000",
 * "16000 > 8192, which is the maximum", "the valid range is [1, 8192]". Where a reply would fill most of the context, half of it is left for the talk.
 */
function fewerTokens(refusal: string, asked: number): number | undefined {
  const context = Number(CONTEXT.exec(refusal)?.[1] ?? NaN);
  if (!Number.isNaN(context)) return asked > context / 2 && context / 2 >= LEAST_TOKENS ? Math.floor(context / 2) : undefined;
  if (!/\bmax_(completion_|output_)?tokens\b|\b(completion|output) tokens\b/i.test(refusal) || /context/i.test(refusal)) return undefined;
  const numbers = [...refusal.matchAll(/(?<![\w.-])\d+(?![\w-]|\.\d)/g)].map(([digits]) => Number(digits));
  const most = Math.max(...numbers.filter((number) => number < asked));
  return most >= LEAST_TOKENS ? most : undefined;
}
