import { z } from 'zod';

const text = z.string().nullish();

const toolCall = z.object({
  index: z.int().nonnegative().nullish(),
  id: text,
  function: z.object({ name: text, arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish() }).nullish(),
});

const written = z.object({
  content: text,
  refusal: text,
  tool_calls: z.array(toolCall).nullish(),
  /** Thoughts, by the names that servers have for them: counted and not read. */
  reasoning_content: text.catch(undefined),
  reasoning: text.catch(undefined),
});

/** What is read of a reply; a usage that cannot be counts as not told. */
const envelope = z.object({
  model: text,
  usage: z.object({ prompt_tokens: z.int().positive(), completion_tokens: z.int().nonnegative() }).nullish().catch(undefined),
});

const choice = z.object({ index: z.int().nonnegative().nullish(), finish_reason: text });

/** One event of a streamed reply. The last has no choices, and the first of some servers neither. */
export const chunkEnvelope = envelope.extend({ choices: z.array(choice.extend({ delta: written.nullish() })) });

/** A reply that came at once. */
export const wholeEnvelope = envelope.extend({ choices: z.array(choice.extend({ message: written })).min(1) });

/** An error where a reply was due, as servers put it into a stream or under status 200. */
export const errorEnvelope = z.object({
  error: z.union([z.string(), z.object({ message: text, detail: z.unknown().optional(), code: z.union([z.string(), z.number()]).nullish(), type: text })]),
});

export type Envelope = z.infer<typeof chunkEnvelope>;
export type Written = z.infer<typeof written>;
export type ToolCallPart = z.infer<typeof toolCall>;
