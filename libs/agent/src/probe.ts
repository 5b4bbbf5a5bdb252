import { z } from 'zod';
import { ModelError } from './model-error.ts';
import type { Model } from './model.ts';
import { FORMATS, jsonIn, type Format } from './structured.ts';
import { schemaOf, tool } from './tool.ts';

/** What an endpoint and a model can do, seen and not assumed. */
export interface Capabilities {
  readonly tools: boolean;
  /** The formats that it keeps to, best first; words are always among them. */
  readonly formats: readonly Format[];
}

const Colour = z.strictObject({ colour: z.enum(['red', 'green', 'blue']), reason: z.string().nullable() });
const MOST_TOKENS = 500;
const NOTE = tool({
  name: 'note_colour',
  description: 'Notes a colour. Call it once with the colour red.',
  parameters: z.strictObject({ colour: z.string() }),
  run: () => Promise.resolve('noted'),
});

/** Tries tools and each format with three small calls; kept answers make the next probe free. Throws `ModelError` where the endpoint is at fault. */
export async function probe(model: Model, signal: AbortSignal): Promise<Capabilities> {
  const formats: Format[] = [];
  for (const format of FORMATS) if (format === 'words' || (await keeps(model, format, signal))) formats.push(format);
  return { tools: await usesTools(model, signal), formats };
}

async function keeps(model: Model, format: 'schema' | 'json', signal: AbortSignal): Promise<boolean> {
  const schema = schemaOf(Colour);
  const content = `Name the colour of ripe tomatoes.${format === 'json' ? ` Answer with one JSON object that fits this JSON schema: ${JSON.stringify(schema)}` : ''}`;
  const reply = await taken(
    model.complete(
      {
        messages: [{ role: 'user', content }],
        maxTokens: MOST_TOKENS,
        format: format === 'schema' ? { kind: 'schema', name: 'colour', schema } : { kind: 'json' },
      },
      signal,
    ),
  );
  const found = reply === undefined ? undefined : jsonIn(reply.content);
  return found !== undefined && Colour.safeParse(found.value).success;
}

async function usesTools(model: Model, signal: AbortSignal): Promise<boolean> {
  const { name, description, parameters } = NOTE;
  const reply = await taken(
    model.complete(
      { messages: [{ role: 'user', content: 'Note the colour red with the tool.' }], maxTokens: MOST_TOKENS, tools: [{ name, description, parameters }] },
      signal,
    ),
  );
  return reply?.toolCalls.some((call) => call.name === name) ?? false;
}

/** The reply; undefined where the endpoint does not take such a request, or the model cannot answer it. */
async function taken<Reply>(call: Promise<Reply>): Promise<Reply | undefined> {
  return call.catch((error: unknown) => {
    if (error instanceof ModelError && ['config', 'truncated', 'refusal', 'filtered'].includes(error.code)) return undefined;
    throw error;
  });
}
