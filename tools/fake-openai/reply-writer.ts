import { tokensOf, type ChatRequest } from './chat.ts';
import type { Profile } from './profile-table.ts';
import type { ReplyStep, StepToolCall } from './step.ts';

/** Tokens that were counted for a call. */
export interface CountedTokens {
  readonly input: number;
  readonly output: number;
}

/** A reply in the words of the API. */
export interface Reply {
  readonly content: string;
  readonly refusal: string | undefined;
  readonly toolCalls: readonly StepToolCall[];
  readonly finish: string;
  readonly model: string;
  readonly usage: CountedTokens;
  readonly tellsUsage: boolean;
}

/** Most pieces of a streamed text. */
const PIECES = 200;
const SHORTEST_PIECE = 24;

/** What a step becomes by a profile. */
export function replyOf(step: ReplyStep, request: ChatRequest, profile: Profile): Reply {
  const calls = step.toolCalls ?? [];
  const toolCalls = profile.callsTools ? calls : [];
  const said =
    calls.length > toolCalls.length ? [`I would call ${calls.map(({ name, arguments: args }) => `${name} with ${argumentsOf(args)}`).join(' and ')}.`] : [];
  const content = [
    ...(step.content === undefined ? [] : [step.content]),
    ...(step.json === undefined ? [] : [structured(step.json, request, profile)]),
    ...said,
  ];
  const text = content.join('\n');
  return {
    content: text,
    refusal: step.refusal,
    toolCalls,
    finish: step.finish ?? (toolCalls.length > 0 ? profile.finishOfToolCalls : 'stop'),
    model: step.model ?? request.model,
    usage: typeof step.usage === 'object' ? step.usage : { input: tokensOf(request.messages), output: tokensOf([text, step.refusal ?? '', toolCalls]) },
    tellsUsage: profile.tellsUsage && step.usage !== 'none',
  };
}

/** The reply at once. */
export function wholeReply(reply: Reply, number: number, profile: Profile): object {
  const { content, refusal, toolCalls, finish, model, usage, tellsUsage } = reply;
  const message = {
    role: 'assistant',
    content: content === '' && (toolCalls.length > 0 || refusal !== undefined) ? null : content,
    refusal: refusal ?? null,
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map((call, place) => wholeCall(call, idOf(call, number, place, profile))) }),
  };
  return {
    ...head(number, model, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finish }],
    ...(tellsUsage ? { usage: usageBody(usage) } : {}),
  };
}

/** The reply as events of a stream, without the closing `[DONE]`. */
export function replyChunks(reply: Reply, request: ChatRequest, number: number, profile: Profile): object[] {
  const { content, refusal, toolCalls, finish, model, usage, tellsUsage } = reply;
  const asked = (request.body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
  const chunk = (delta: object, finishReason: string | null = null) => ({
    ...head(number, model, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...pieces(content).map((text) => chunk({ content: text })),
    ...pieces(refusal ?? '').map((text) => chunk({ refusal: text })),
    ...callDeltas(toolCalls, number, profile).map((calls) => chunk({ tool_calls: calls })),
    chunk({}, finish),
    ...(asked && tellsUsage ? [{ ...head(number, model, 'chat.completion.chunk'), choices: [], usage: usageBody(usage) }] : []),
  ];
}

/** An event of a stream. */
export function eventOf(data: object | string): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

function structured(value: unknown, { format }: ChatRequest, { honoursFormat }: Profile): string {
  return honoursFormat && format !== 'text' ? JSON.stringify(value) : `Here is the answer:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;
}

function callDeltas(calls: readonly StepToolCall[], number: number, profile: Profile): object[][] {
  if (calls.length === 0) return [];
  if (profile.toolCalls === 'at-once') return [calls.map((call, place) => ({ index: 0, ...wholeCall(call, idOf(call, number, place, profile)) }))];
  return calls.flatMap((call, index) => {
    const id = idOf(call, number, index, profile);
    return [
      [{ index, ...wholeCall({ ...call, arguments: '' }, id) }],
      ...pieces(argumentsOf(call.arguments)).map((text) => [{ index, function: { arguments: text } }]),
    ];
  });
}

function wholeCall({ name, arguments: args }: StepToolCall, id: string | undefined) {
  return { ...(id === undefined ? {} : { id }), type: 'function', function: { name, arguments: argumentsOf(args) } };
}

function idOf({ id }: StepToolCall, number: number, place: number, { toolCalls }: Profile): string | undefined {
  return id ?? (toolCalls === 'parts' ? `call_${number}_${place}` : undefined);
}

function argumentsOf(args: unknown): string {
  return typeof args === 'string' ? args : JSON.stringify(args);
}

function head(number: number, model: string, object: string) {
  return { id: `chatcmpl-${number}`, object, created: 0, model };
}

function usageBody({ input, output }: CountedTokens) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function pieces(text: string): string[] {
  const size = Math.max(SHORTEST_PIECE, Math.ceil(text.length / PIECES));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, place) => text.slice(place * size, (place + 1) * size));
}
