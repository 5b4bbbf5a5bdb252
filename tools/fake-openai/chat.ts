import type { IncomingHttpHeaders } from 'node:http';

/** A message as it was sent. */
export interface SentMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string; readonly arguments: string } }[];
  readonly tool_call_id?: string;
}

/** A request to `/chat/completions` as scripts see it. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly SentMessage[];
  readonly stream: boolean;
  /** Names of the tools that are offered. */
  readonly tools: readonly string[];
  /** The form that is asked for. */
  readonly format: 'text' | 'json_object' | 'json_schema';
  /** Schema of the form `json_schema`. */
  readonly schema: Readonly<Record<string, unknown>> | undefined;
  /** All that was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
}

/** Reads a request. Throws where the text is none. */
export function chatRequest(text: string, headers: IncomingHttpHeaders): ChatRequest {
  const body = JSON.parse(text) as Record<string, unknown>;
  const tools = (body.tools ?? []) as { function: { name: string } }[];
  const format = (body.response_format ?? { type: 'text' }) as { type: ChatRequest['format']; json_schema?: { schema: Record<string, unknown> } };
  if (typeof body.model !== 'string' || !Array.isArray(body.messages)) throw new SyntaxError('a request needs model and messages');
  return {
    model: body.model,
    messages: body.messages as SentMessage[],
    stream: body.stream === true,
    tools: tools.map((tool) => tool.function.name),
    format: format.type,
    schema: format.json_schema?.schema,
    body,
    headers,
  };
}

/** The text of all system messages: by it a script knows which agent asks. */
export function systemText({ messages }: ChatRequest): string {
  return messages.flatMap(({ role, content }) => (role === 'system' ? [content ?? ''] : [])).join('\n');
}

/** The text of the last message. */
export function lastText({ messages }: ChatRequest): string {
  return messages.at(-1)?.content ?? '';
}

/** Tokens by the rule of this server: four bytes each. */
export function tokensOf(value: unknown): number {
  return Math.ceil(Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)) / 4);
}
