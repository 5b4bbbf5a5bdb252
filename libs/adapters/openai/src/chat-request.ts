import type { Message, ModelRequest, ReplyFormat } from '@mle-smith/agent';
import type { ChatCompletionCreateParams, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { Dialect } from './dialect.ts';

/** The body of a request to `/chat/completions`. */
export function chatRequest(model: string, request: ModelRequest, dialect: Dialect): ChatCompletionCreateParams {
  const { messages, tools, format, maxTokens } = request;
  return {
    model,
    messages: messages.map(toParam),
    [dialect.maxTokens]: Math.min(maxTokens, dialect.mostTokens ?? maxTokens),
    ...(tools === undefined || tools.length === 0
      ? {}
      : { tools: tools.map(({ name, description, parameters }) => toFunction(name, description, parameters)) }),
    ...(format === undefined ? {} : { response_format: toFormat(format) }),
    ...(dialect.stream ? { stream: true as const, stream_options: { include_usage: true } } : {}),
  };
}

/** Bytes of what a model reads in a request, as JSON. */
export function requestBytes({ messages, tools, format }: ModelRequest): number {
  return Buffer.byteLength(JSON.stringify([messages, tools ?? [], format ?? null]));
}

function toParam(message: Message): ChatCompletionMessageParam {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: message.content };
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: message.content };
    case 'assistant':
      return message.toolCalls.length === 0
        ? { role: 'assistant', content: message.content }
        : {
            role: 'assistant',
            content: message.content === '' ? null : message.content,
            tool_calls: message.toolCalls.map(({ id, name, arguments: text }) => ({ id, type: 'function', function: { name, arguments: text } })),
          };
  }
}

function toFunction(name: string, description: string, parameters: Readonly<Record<string, unknown>>) {
  return { type: 'function' as const, function: { name, description, parameters: { ...parameters } } };
}

function toFormat(format: ReplyFormat) {
  return format.kind === 'json'
    ? { type: 'json_object' as const }
    : { type: 'json_schema' as const, json_schema: { name: format.name, schema: { ...format.schema }, strict: true } };
}
