import { z } from 'zod';

/** What an endpoint tells of a model in its list of models. */
export interface ModelCard {
  /** Whether the list has the model; many endpoints answer for names that are not on their list. */
  readonly listed: boolean;
  /** Tokens of a prompt with its answer; few endpoints tell. */
  readonly contextTokens: number | undefined;
}

/** By these names vLLM, OpenRouter and Groq tell the size of the context. */
const SIZES = ['max_model_len', 'context_length', 'context_window'] as const;
const ModelList = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

/** The card of a model in the answer to `GET /models`; undefined where that is no list. */
export function cardOf(model: string, answer: unknown): ModelCard | undefined {
  const list = ModelList.safeParse(answer);
  if (!list.success) return undefined;
  const entry = list.data.data.find(({ id }) => id === model);
  const told = SIZES.map((name) => z.int().positive().safeParse(entry?.[name])).find((size) => size.success);
  return { listed: entry !== undefined, contextTokens: told?.data };
}
