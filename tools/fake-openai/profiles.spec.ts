import type { ModelReply, ModelRequest } from '@mle-smith/agent';
import { OpenAiModel, type OpenAiModelOptions } from '@mle-smith/adapter-openai';
import { startFakeOpenAi, type FakeOpenAi } from './fake-openai.ts';
import { PROFILES, type ProfileName } from './profile-table.ts';
import type { Script } from './step.ts';

const NAMES = Object.keys(PROFILES) as ProfileName[];
const LIMITS = { headersMs: 5000, idleMs: 5000, totalMs: 10_000 };
const TOOL = { name: 'look', description: 'Looks at a file.', parameters: { type: 'object', properties: { file: { type: 'string' } }, required: ['file'] } };
const SCHEMA = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'], additionalProperties: false };
const ASKED: ModelRequest = { messages: [{ role: 'user', content: 'How many rows? Answer in JSON.' }], maxTokens: 100 };
const CALLS = [
  { name: 'look', arguments: { file: 'train.csv' } },
  { name: 'look', arguments: { file: 'a name that is longer than a single piece of a stream.csv' } },
];

let server: FakeOpenAi | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function modelOf(script: Script, profile: ProfileName, options: Partial<OpenAiModelOptions> = {}): Promise<OpenAiModel> {
  server = await startFakeOpenAi({ script, profile });
  return new OpenAiModel({ baseUrl: server.url, model: 'small', limits: LIMITS, ...options });
}

async function ask(model: OpenAiModel, request: Partial<ModelRequest> = {}): Promise<ModelReply> {
  return model.complete({ ...ASKED, ...request }, new AbortController().signal);
}

describe('a model behind each kind of server', () => {
  test.each(NAMES)('%s: gives the text that was written, with the usage that was counted or an estimate', async (profile) => {
    const model = await modelOf(() => ({ content: 'Große Zahl: 𝟜𝟚, '.repeat(40) }), profile);

    const reply = await ask(model);

    expect(reply).toMatchObject({ content: 'Große Zahl: 𝟜𝟚, '.repeat(40), toolCalls: [], model: 'small' });
    expect(reply.requestId).toMatch(/^req-\d$/);
    expect(reply.usage.reported).toBe(PROFILES[profile].tellsUsage);
    if (reply.usage.reported) expect({ input: reply.usage.input, output: reply.usage.output }).toEqual(server?.counted());
  });

  test.each(NAMES.filter((name) => PROFILES[name].callsTools))('%s: gives tool calls one by one, each with an id of its own', async (profile) => {
    const model = await modelOf(() => ({ toolCalls: CALLS }), profile);

    const { content, toolCalls } = await ask(model, { tools: [TOOL] });

    expect(content).toBe('');
    expect(toolCalls.map(({ name, arguments: text }) => ({ name, arguments: JSON.parse(text) as unknown }))).toEqual(CALLS);
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  test('ids that a server leaves out are the same each time and differ from turn to turn', async () => {
    const model = await modelOf(() => ({ toolCalls: CALLS }), 'ollama');
    const { toolCalls } = await ask(model, { tools: [TOOL] });
    const later = [
      ...ASKED.messages,
      { role: 'assistant' as const, content: '', toolCalls },
      ...toolCalls.map(({ id }) => ({ role: 'tool' as const, callId: id, content: '3 rows' })),
    ];

    const [again, next] = [await ask(model, { tools: [TOOL] }), await ask(model, { tools: [TOOL], messages: later })];

    expect(again.toolCalls).toEqual(toolCalls);
    expect(next.toolCalls.map(({ id }) => id)).toEqual(['call_1_0', 'call_1_1']);
    expect(server?.calls[2]?.request.messages.slice(1)).toMatchObject([
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_0_0' }, { id: 'call_0_1' }] },
      { role: 'tool', tool_call_id: 'call_0_0', content: '3 rows' },
      { role: 'tool', tool_call_id: 'call_0_1', content: '3 rows' },
    ]);
  });

  test.each(NAMES)('%s: is asked for the form, and keeps it where the kind does', async (profile) => {
    const model = await modelOf(() => ({ json: { answer: 3 } }), profile);

    const replies = [
      await ask(model, { format: { kind: 'schema', name: 'answer', schema: SCHEMA } }),
      await ask(model, { format: { kind: 'json' } }),
      await ask(model),
    ];

    const formats = server?.calls.flatMap(({ answer, request }) => (answer === 'reply' ? [request.format] : []));
    expect(formats).toEqual(['json_schema', 'json_object', 'text']);
    const bare = JSON.stringify({ answer: 3 });
    const kept = PROFILES[profile].honoursFormat;
    expect(replies.map(({ content }) => content === bare)).toEqual([kept, kept, false]);
    expect(replies[2]?.content).toContain('```json');
  });

  test('a server that refuses streams is asked again without, and later at once so', async () => {
    const model = await modelOf(() => ({ content: 'ok' }), 'no-streams');

    const replies = [await ask(model), await ask(model)];

    expect(replies.map(({ content }) => content)).toEqual(['ok', 'ok']);
    expect(server?.calls.map(({ request, answer }) => [request.stream, answer])).toEqual([
      [true, 'refused'],
      [false, 'reply'],
      [false, 'reply'],
    ]);
  });

  test('a model of short replies is asked for as many tokens as it takes, from its first refusal on', async () => {
    const model = await modelOf(() => ({ content: 'ok' }), 'short-replies');
    const request = { messages: [{ role: 'user' as const, content: 'How many?' }], maxTokens: 16_000 };

    await model.complete(request, new AbortController().signal);
    await model.complete(request, new AbortController().signal);

    expect(server?.calls.map((call) => [call.request.body.max_tokens, call.answer])).toEqual([
      [16_000, 'refused'],
      [4_096, 'reply'],
      [4_096, 'reply'],
    ]);
    expect(model.mostReplyTokens).toBe(4_096);
  });

  test('a server that wants the most tokens by their new name is told so, and later at once', async () => {
    const model = await modelOf(() => ({ content: 'ok' }), 'openai-reasoning');

    await ask(model);
    await ask(model);

    expect(server?.calls.map(({ request: { body } }) => [body.max_tokens, body.max_completion_tokens])).toEqual([
      [100, undefined],
      [undefined, 100],
      [undefined, 100],
    ]);
  });

  test.each<[ProfileName, Partial<ModelRequest>]>([
    ['vllm', { tools: [TOOL], format: { kind: 'json' } }],
    ['openai', { format: { kind: 'schema', name: 'loose', schema: { type: 'object', properties: {} } } }],
  ])('%s: what it does not take is an error of the configuration', async (profile, request) => {
    const model = await modelOf([], profile);

    await expect(ask(model, request)).rejects.toMatchObject({ code: 'config' });
  });

  test('fifty callers at once get fifty replies, each its own', async () => {
    const model = await modelOf((request) => ({ content: `${request.messages[0]?.content} is noted` }), 'openai');

    const replies = await Promise.all(Array.from({ length: 50 }, (_, place) => ask(model, { messages: [{ role: 'user', content: `number ${place}` }] })));

    expect(replies.map(({ content }) => content)).toEqual(Array.from({ length: 50 }, (_, place) => `number ${place} is noted`));
    expect(server?.calls.length).toBe(50);
  });

  test('the endpoint is told nothing about the machine, and nothing of the environment', async () => {
    const environment = {
      OPENAI_API_KEY: 'from-env',
      OPENAI_ORG_ID: 'from-env',
      OPENAI_CUSTOM_HEADERS: 'x-leak: from-env',
      OPENAI_BASE_URL: 'https://from.env',
    };
    Object.assign(process.env, environment);
    try {
      const model = await modelOf(() => ({ content: 'ok' }), 'openai', { headers: { 'X-Team': 'data' } });

      await ask(model);
    } finally {
      for (const name of Object.keys(environment)) delete process.env[name];
    }

    const { host, 'content-length': length, ...headers } = server?.calls[0]?.request.headers ?? {};
    expect([host, Number(length)]).toEqual([new URL(server?.url ?? '').host, JSON.stringify(server?.calls[0]?.request.body).length]);
    expect(headers).toEqual({
      accept: 'application/json, text/event-stream',
      connection: 'keep-alive',
      'content-type': 'application/json',
      'user-agent': 'mle-smith',
      'x-team': 'data',
    });
  });
});
