import type { z } from 'zod';
import { ModelError } from './model-error.ts';
import type { Message, Model, ReplyFormat } from './model.ts';
import { issuesOf, jsonOf, schemaOf } from './tool.ts';
import { untrusted } from './untrusted.ts';

/** How an endpoint can be held to a form, best first: a strict schema, any JSON, or a request in words (platform LL-3). */
export const FORMATS = ['schema', 'json', 'words'] as const;
export type Format = (typeof FORMATS)[number];

const NO_JSON = 'It holds no JSON object.';

/** Rounds in which a model may mend an answer that does not fit. */
export const MOST_REPAIRS = 2;

export interface AnswerShape<Answer> {
  readonly name: string;
  readonly shape: z.ZodType<Answer>;
  /** What only a look at more than the shape can tell: columns that do not exist. Sentences for the model, which may quote data; none where the answer is fine. */
  readonly complaints?: (answer: Answer) => Promise<readonly string[]> | readonly string[];
}

/** An answer that did not fit after all repairs. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly code = 'answer_unusable';
  readonly messages: readonly Message[];
  constructor(message: string, messages: readonly Message[]) {
    super(message);
    this.messages = messages;
  }
}

/**
 * Asks for an answer of a shape and checks it; an answer that does not fit goes back with what is wrong, at most twice.
 * Goes down the formats where the endpoint does not take one. Throws `AnswerError`, `ModelError`.
 */
export async function askFor<Answer>(
  model: Model,
  messages: readonly Message[],
  { name, shape, complaints }: AnswerShape<Answer>,
  options: { readonly formats: readonly Format[]; readonly maxTokens: number; readonly temperature?: number },
  signal: AbortSignal,
): Promise<{ answer: Answer; messages: readonly Message[] }> {
  const schema = schemaOf(shape);
  let [format = 'words', ...lower] = options.formats;
  const question = (): Message => ({ role: 'user', content: questionOf(format, schema) });
  let talk: Message[] = [...messages, question()];
  for (let repairs = 0; ;) {
    const { maxTokens, temperature } = options;
    const asked = formatOf(format, name, schema);
    let content: string;
    try {
      const reply = await model.complete(
        {
          messages: talk,
          maxTokens,
          ...(asked === undefined ? {} : { format: asked }),
          ...(temperature === undefined ? {} : { temperature }),
          ...(repairs > 0 ? { repair: true } : {}),
        },
        signal,
      );
      ({ content } = reply);
    } catch (error) {
      const [next, ...rest] = lower;
      if (!(error instanceof ModelError) || error.code !== 'config' || next === undefined) throw error;
      [format, lower] = [next, rest];
      talk = [...messages, question()];
      continue;
    }
    talk.push({ role: 'assistant', content, toolCalls: [] });
    const { answer, wrong } = await read(content, shape, complaints);
    const [next, ...rest] = lower;
    // An endpoint that takes a format and does not keep to it: the schema is told in words then.
    if (wrong === NO_JSON && next !== undefined) {
      [format, lower] = [next, rest];
      talk = [...messages, question()];
      continue;
    }
    if (wrong === undefined) return { answer: answer as Answer, messages: talk };
    if (repairs === MOST_REPAIRS)
      throw new AnswerError(`the answer ${name} does not fit after ${repairs} repairs: ${wrong.replaceAll('\n', ' ').slice(0, 400)}`, talk);
    repairs += 1;
    talk.push({ role: 'user', content: `The answer cannot be used:\n${untrusted('complaints', wrong)}\nGive the whole answer again, mended.` });
  }
}

async function read<Answer>(
  content: string,
  shape: z.ZodType<Answer>,
  complaints: AnswerShape<Answer>['complaints'],
): Promise<{ answer?: Answer; wrong?: string }> {
  const found = jsonIn(content);
  if (found === undefined) return { wrong: NO_JSON };
  const checked = shape.safeParse(found.value);
  if (!checked.success) return { wrong: issuesOf(checked.error) };
  const told = (await complaints?.(checked.data)) ?? [];
  return told.length > 0 ? { wrong: told.map((line) => `- ${line}`).join('\n') } : { answer: checked.data };
}

/** The JSON of a reply: all of it, its last fenced block, or what is between its first and last brace. */
export function jsonIn(content: string): { value: unknown } | undefined {
  const fenced = [...content.matchAll(/```(?:json)?[^\S\n]*\n([\s\S]*?)```/g)].at(-1)?.[1];
  const braces = content.slice(content.indexOf('{'), content.lastIndexOf('}') + 1);
  return [content, fenced, braces].map((text) => (text === undefined || text.trim() === '' ? undefined : jsonOf(text))).find((parsed) => parsed !== undefined);
}

function formatOf(format: Format, name: string, schema: Record<string, unknown>): ReplyFormat | undefined {
  return format === 'schema' ? { kind: 'schema', name, schema } : format === 'json' ? { kind: 'json' } : undefined;
}

function questionOf(format: Format, schema: Record<string, unknown>): string {
  if (format === 'schema') return 'Give your answer now.';
  const kept = format === 'json' ? 'as one JSON object' : 'as one JSON object in a block that begins with ```json and ends with ```';
  return `Give your answer now, ${kept} that fits this JSON schema:\n${JSON.stringify(schema)}`;
}
