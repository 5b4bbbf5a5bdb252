import type { z } from 'zod';
import { jsonOf, MOST_LEVELS } from './json-of.ts';
import { ModelError } from './model-error.ts';
import type { Message, Model, ReplyFormat } from './model.ts';
import { issuesOf, schemaOf } from './tool.ts';
import { untrusted } from './untrusted.ts';

/** How an endpoint can be held to a form, best first: a strict schema, any JSON, or a request in words (platform LL-3). */
export const FORMATS = ['schema', 'json', 'words'] as const;
export type Format = (typeof FORMATS)[number];

const NO_JSON = `It holds no JSON object, or lists and objects in it lie more than ${MOST_LEVELS} deep.`;

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
}

/**
 * Asks for an answer of a shape and checks it; an answer that does not fit goes back with what is wrong, at most twice.
 * Goes down the formats where the endpoint does not take one. All that is said is added to `said`. Throws `AnswerError`, `ModelError`.
 */
export async function askFor<Answer>(
  model: Model,
  said: Message[],
  { name, shape, complaints }: AnswerShape<Answer>,
  options: { readonly formats: readonly Format[]; readonly maxTokens: number },
  signal: AbortSignal,
): Promise<Answer> {
  const schema = schemaOf(shape);
  const before = [...said];
  let [format = 'words', ...lower] = options.formats;
  // Another form is asked for without the talk about the one before.
  let talk: Message[] = [];
  const say = (message: Message): void => {
    said.push(message);
    talk.push(message);
  };
  const begin = (): void => {
    talk = [...before];
    say({ role: 'user', content: questionOf(format, schema) });
  };
  begin();
  for (let repairs = 0; ;) {
    const asked = formatOf(format, name, schema);
    const [next, ...rest] = lower;
    let content: string;
    try {
      const request = {
        messages: talk,
        maxTokens: options.maxTokens,
        ...(asked === undefined ? {} : { format: asked }),
        ...(repairs > 0 ? { repair: true } : {}),
      };
      ({ content } = await model.complete(request, signal));
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'config' || next === undefined) throw error;
      [format, lower] = [next, rest];
      begin();
      continue;
    }
    say({ role: 'assistant', content, toolCalls: [] });
    const { answer, wrong } = await read(content, shape, complaints);
    // An endpoint that takes a format and does not keep to it: the schema is told in words then.
    if (wrong === NO_JSON && next !== undefined) {
      [format, lower] = [next, rest];
      begin();
      continue;
    }
    if (wrong === undefined) return answer as Answer;
    if (repairs === MOST_REPAIRS)
      throw new AnswerError(`the answer ${name} does not fit after ${repairs} repairs: ${wrong.replaceAll('\n', ' ').slice(0, 400)}`);
    repairs += 1;
    say({ role: 'user', content: `The answer cannot be used:\n${untrusted('complaints', wrong)}\nGive the whole answer again, mended.` });
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
