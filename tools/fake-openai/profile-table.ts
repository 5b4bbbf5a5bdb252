import type { ChatRequest } from './chat.ts';
import { looseParts } from './strict-schema.ts';

/** What a server refuses. */
export interface Refusal {
  readonly message: string;
  readonly param?: string;
  readonly code?: string;
}

/** How a kind of server behaves where kinds differ. */
export interface Profile {
  readonly meaning: string;
  /** Whether a form that is asked for binds the reply. */
  readonly honoursFormat: boolean;
  /** Whether tools that are offered are called; otherwise the reply says so in words. */
  readonly callsTools: boolean;
  /** `parts`: arguments come in pieces. `at-once`: whole calls with the index 0 and without ids. */
  readonly toolCalls: 'parts' | 'at-once';
  readonly finishOfToolCalls: 'tool_calls' | 'stop';
  readonly tellsUsage: boolean;
  /** Whether `stream` is honoured; otherwise every reply comes whole. */
  readonly streams: boolean;
  /** What the server refuses with status 400. */
  refuses(request: ChatRequest): Refusal | undefined;
}

const OPENAI: Profile = {
  meaning: 'the forms of schemas are strict, and what cannot be kept is refused',
  honoursFormat: true,
  callsTools: true,
  toolCalls: 'parts',
  finishOfToolCalls: 'tool_calls',
  tellsUsage: true,
  streams: true,
  refuses(request) {
    if (request.format === 'json_object' && !/json/i.test(request.messages.map(({ content }) => content).join('\n')))
      return { message: "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", param: 'messages' };
    const [loose] = request.schema === undefined ? [] : looseParts(request.schema);
    return loose === undefined ? undefined : { message: `Invalid schema for response_format: ${loose}`, param: 'response_format' };
  },
};

const SHORT_REPLY = 4_096;

/** Kinds of servers. */
export const PROFILES = {
  openai: OPENAI,
  'openai-reasoning': {
    ...OPENAI,
    meaning: 'like openai, for models that think first: max_tokens and temperature are refused',
    refuses(request) {
      if ('max_tokens' in request.body)
        return {
          message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          param: 'max_tokens',
          code: 'unsupported_parameter',
        };
      if ('temperature' in request.body && request.body.temperature !== 1)
        return { message: "Unsupported value: 'temperature' does not support this value with this model.", param: 'temperature', code: 'unsupported_value' };
      return OPENAI.refuses(request);
    },
  },
  'short-replies': {
    ...OPENAI,
    meaning: 'like openai, for models whose replies have at most 4096 tokens: more are refused',
    refuses(request) {
      const asked = Number(request.body.max_tokens ?? request.body.max_completion_tokens ?? 0);
      return asked <= SHORT_REPLY
        ? OPENAI.refuses(request)
        : {
            message: `max_tokens is too large: ${asked}. This model supports at most ${SHORT_REPLY} completion tokens, whereas you provided ${asked}.`,
            param: 'max_tokens',
            code: 'invalid_value',
          };
    },
  },
  vllm: {
    ...OPENAI,
    meaning: 'tools and a form in one request are refused, and so is a tool call that is required',
    refuses(request) {
      if (request.tools.length > 0 && request.format !== 'text') return { message: 'tools and response_format cannot be used in one request' };
      if (request.body.tool_choice === 'required') return { message: 'tool_choice = "required" is not supported!', param: 'tool_choice' };
      return undefined;
    },
  },
  ollama: {
    meaning: 'forms are ignored, and tool calls come at once, without ids',
    honoursFormat: false,
    callsTools: true,
    toolCalls: 'at-once',
    finishOfToolCalls: 'stop',
    tellsUsage: true,
    streams: true,
    refuses: () => undefined,
  },
  'ignores-everything': {
    meaning: 'forms, tools and streams are ignored, and no usage is told',
    honoursFormat: false,
    callsTools: false,
    toolCalls: 'at-once',
    finishOfToolCalls: 'stop',
    tellsUsage: false,
    streams: false,
    refuses: () => undefined,
  },
  'no-streams': {
    ...OPENAI,
    meaning: 'like openai, but streams are refused',
    refuses: (request) => (request.stream ? { message: 'stream is not supported by this server', param: 'stream' } : OPENAI.refuses(request)),
  },
} as const satisfies Record<string, Profile>;
export type ProfileName = keyof typeof PROFILES;
