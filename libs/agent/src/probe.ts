import { z } from 'zod';
import { ModelError } from './model-error.ts';
import type { Model, ModelReply, ModelRequest } from './model.ts';
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

/** Tries tools and each format with three small calls; kept answers make the next probe free. Throws `ModelError` where the endpoint is at fault, or takes none of the calls. */
export async function probe(model: Model, signal: AbortSignal): Promise<Capabilities> {
  const [schema, json, called] = [
    await taken(model, inForm('schema'), signal),
    await taken(model, inForm('json'), signal),
    await taken(model, withTool(), signal),
  ];
  // What refuses every form and every tool refuses the call itself: the name of the model is wrong, for example.
  if (isRefused(schema) && isRefused(json) && isRefused(called)) throw called;
  const kept = { schema: fits(schema), json: fits(json), words: true };
  return {
    tools: !(called instanceof ModelError) && called.toolCalls.some((call) => call.name === NOTE.name),
    formats: FORMATS.filter((format) => kept[format]),
  };
}

function inForm(format: 'schema' | 'json'): ModelRequest {
  const schema = schemaOf(Colour);
  const content = `Name the colour of ripe tomatoes.${format === 'json' ? ` Answer with one JSON object that fits this JSON schema: ${JSON.stringify(schema)}` : ''}`;
  return {
    messages: [{ role: 'user', content }],
    maxTokens: MOST_TOKENS,
    format: format === 'schema' ? { kind: 'schema', name: 'colour', schema } : { kind: 'json' },
  };
}

function withTool(): ModelRequest {
  const { name, description, parameters } = NOTE;
  return { messages: [{ role: 'user', content: 'Note the colour red with the tool.' }], maxTokens: MOST_TOKENS, tools: [{ name, description, parameters }] };
}

function fits(reply: ModelReply | ModelError): boolean {
  const found = reply instanceof ModelError ? undefined : jsonIn(reply.content);
  return found !== undefined && Colour.safeParse(found.value).success;
}

function isRefused(reply: ModelReply | ModelError): reply is ModelError {
  return reply instanceof ModelError && reply.code === 'config';
}

/** The reply, or why there is none where the endpoint does not take such a request or the model cannot answer it. */
async function taken(model: Model, request: ModelRequest, signal: AbortSignal): Promise<ModelReply | ModelError> {
  return model.complete(request, signal).catch((error: unknown) => {
    if (error instanceof ModelError && (error.code === 'config' || error.mendedBy === 'talk')) return error;
    throw error;
  });
}
