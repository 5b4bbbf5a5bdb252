import { ModelError, type ModelErrorCode, type ModelRequest, type Usage } from '@mle-smith/agent';
import { OpenAiModel, Secret, type OpenAiModelOptions } from '@mle-smith/adapter-openai';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { FAULTS, type FaultName } from './fault-table.ts';
import { startFakeOpenAi, type FakeOpenAi } from './fake-openai.ts';
import type { ProfileName } from './profile-table.ts';
import type { Script, Step } from './step.ts';

const KEY = 'sk-planted-5f2a/+=';
const HEADER = 'planted-header-91c';
const CHILD = join(import.meta.dirname, 'testing/calling-child.ts');
const run = promisify(execFile);
const NAMES = Object.keys(FAULTS) as FaultName[];
const NOW = Date.UTC(2026, 0, 1);
const REQUEST: ModelRequest = { messages: [{ role: 'user', content: 'How many rows?' }], maxTokens: 100 };
/** Bytes of `[messages, tools, format]` by four, as the adapter estimates. */
const ESTIMATED_INPUT = Math.ceil(JSON.stringify([REQUEST.messages, [], null]).length / 4);
const SHORT = { headersMs: 2000, idleMs: 2000, totalMs: 4000 };

let server: FakeOpenAi | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function modelOf(script: Script, options: Partial<OpenAiModelOptions> = {}, profile: ProfileName = 'openai'): Promise<OpenAiModel> {
  server = await startFakeOpenAi({ script, profile });
  return new OpenAiModel({
    baseUrl: server.url,
    model: 'small',
    apiKey: new Secret(KEY),
    headers: { 'x-team': new Secret(HEADER) },
    limits: SHORT,
    now: () => NOW,
    ...options,
  });
}

async function failureOf(model: OpenAiModel, request = REQUEST, signal = new AbortController().signal): Promise<unknown> {
  return model.complete(request, signal).then(
    (reply) => ({ reply }),
    (error: unknown) => error,
  );
}

interface Expected {
  readonly code: ModelErrorCode | 'reply';
  readonly says?: string;
  readonly retryAfterMs?: number;
  /** Of a reply that is streamed. */
  readonly usage?: 'estimated' | 'reported';
  /** Of a reply that comes whole, by a server that tells no usage. */
  readonly wholeUsage?: 'estimated';
  readonly limits?: OpenAiModelOptions['limits'];
  readonly step?: Partial<Extract<Step, { fault: FaultName }>>;
}

const EXPECTED: Record<FaultName, Expected> = {
  rate: { code: 'rate' },
  'rate-5s': { code: 'rate', retryAfterMs: 5000 },
  'rate-120s': { code: 'rate', retryAfterMs: 120_000 },
  'rate-date': { code: 'rate' },
  'rate-ms': { code: 'rate', retryAfterMs: 1500 },
  quota: { code: 'quota' },
  unauthorized: { code: 'auth' },
  forbidden: { code: 'auth' },
  'no-model': { code: 'config', says: 'The model does not exist' },
  refused: { code: 'config' },
  'too-long': { code: 'truncated', says: 'longer than the model can read' },
  'too-long-for-vllm': { code: 'truncated', says: 'longer than the model can read' },
  'wrong-field': { code: 'config', says: 'Input should be less than 2' },
  'request-timeout': { code: 'transport' },
  conflict: { code: 'transport' },
  'server-error': { code: 'transport' },
  'bad-gateway': { code: 'transport' },
  unavailable: { code: 'transport', retryAfterMs: 7000 },
  upgrade: { code: 'transport', says: 'CLOSED' },
  redirect: { code: 'config' },
  'echoed-headers': { code: 'auth' },
  page: { code: 'garbage' },
  'no-body': { code: 'garbage' },
  'broken-json': { code: 'garbage' },
  'no-choices': { code: 'garbage' },
  'wrong-shape': { code: 'garbage' },
  'error-in-reply': { code: 'transport', says: 'the backend went away', usage: 'estimated' },
  empty: { code: 'transport' },
  'cut-short': { code: 'transport', usage: 'estimated', wholeUsage: 'estimated' },
  'cut-socket': { code: 'transport', usage: 'estimated' },
  reset: { code: 'transport' },
  hang: { code: 'transport', says: 'no reply began within 1000 ms', limits: { ...SHORT, headersMs: 1000 } },
  silence: { code: 'transport', says: 'the reply was silent for 300 ms', usage: 'estimated', limits: { ...SHORT, idleMs: 300 } },
  drip: {
    code: 'transport',
    says: 'the reply was not done within 3000 ms',
    usage: 'estimated',
    limits: { ...SHORT, idleMs: 2000, totalMs: 3000 },
    step: { dripMs: 10 },
  },
  comments: { code: 'garbage', limits: { ...SHORT, maxReplyBytes: 10_000 } },
  large: { code: 'garbage', says: 'the reply is larger than 1000000 bytes', usage: 'estimated', wholeUsage: 'estimated' },
  'large-arguments': { code: 'garbage', usage: 'estimated' },
  'endless-tools': { code: 'reply' },
  'wrong-model': { code: 'reply' },
  refusal: { code: 'refusal', usage: 'reported', wholeUsage: 'estimated' },
  'content-filter': { code: 'filtered', usage: 'reported', wholeUsage: 'estimated' },
  length: { code: 'truncated', usage: 'reported', wholeUsage: 'estimated' },
  'unknown-finish': { code: 'garbage', usage: 'reported', wholeUsage: 'estimated' },
};

function kindOf(usage: Usage | undefined): string | undefined {
  return usage && (usage.reported ? 'reported' : 'estimated');
}

function expectFailure(failure: unknown, fault: FaultName, usage: string | undefined): void {
  const { code, retryAfterMs, says = '' } = EXPECTED[fault];
  expect(server?.calls.length).toBe(1);
  if (code === 'reply') return expect(failure).toHaveProperty('reply');
  expect(failure).toBeInstanceOf(ModelError);
  const { message, cause, ...known } = failure as ModelError;
  expect({ code: known.code, usage: kindOf(known.usage), cause }).toEqual({ code, usage, cause: undefined });
  if (fault === 'rate-date') expect(known.retryAfterMs).toBeGreaterThan(Date.now() - NOW);
  else expect(known.retryAfterMs).toBe(retryAfterMs);
  expect(message).not.toMatch(/[\p{Cc}]/u);
  expect(message.length).toBeLessThan(600);
  expect(message).toContain(says);
  expect(message).toContain(`[endpoint=${server?.url}, model=small`);
}

describe('a model behind a server with faults', () => {
  test.each(NAMES)('%s: has the class, the wait and the usage of the table, after one call, and tells no secret', async (fault) => {
    const { limits = SHORT, step = {} } = EXPECTED[fault];
    const model = await modelOf([{ fault, ...step }], { limits });

    const failure = await failureOf(model);

    expectFailure(failure, fault, EXPECTED[fault].usage);
    const shown = [failure, model].map((value) => `${inspect(value, { depth: 20, showHidden: true })} ${JSON.stringify(value)}`).join(' ');
    expect(server?.calls[0]?.request.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'x-team': HEADER });
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain(HEADER);
  });

  test.each(NAMES)('%s: has the class, the wait and the usage of the table where the server knows no streams', async (fault) => {
    const { limits = SHORT, step = {} } = EXPECTED[fault];
    const model = await modelOf([{ fault, ...step }], { limits }, 'ignores-everything');

    const failure = await failureOf(model);

    expectFailure(failure, fault, EXPECTED[fault].wholeUsage);
  });

  test('a key with its scheme is sent with one, and what the endpoint quotes of headers is told nowhere', async () => {
    const cookie = new Secret(`session=${KEY}; theme=dark`);
    const model = await modelOf([{ fault: 'echoed-headers' }, { content: `I was given ${KEY}.` }], {
      apiKey: new Secret(`Bearer ${KEY}`),
      headers: { cookie },
    });

    const failure = await failureOf(model);
    const reply = await failureOf(model);

    expect(server?.calls[0]?.request.headers).toMatchObject({ authorization: `Bearer ${KEY}` });
    expect(inspect([failure, reply], { depth: 20 })).not.toContain(KEY);
    expect(reply).toMatchObject({ reply: { content: 'I was given [redacted].' } });
  });

  test('headers may come later than pieces of a reply', async () => {
    const model = await modelOf([{ content: 'ok', latencyMs: 2500 }], { limits: { headersMs: 10_000, idleMs: 1500, totalMs: 20_000 } });

    expect(await failureOf(model)).toMatchObject({ reply: { content: 'ok' } });
  });

  test('nothing keeps a process that has made its calls, while the server still holds the connections', async () => {
    const script: Step[] = [
      { content: 'ok' },
      { fault: 'rate' },
      { fault: 'page' },
      { fault: 'broken-json' },
      { fault: 'cut-socket' },
      { fault: 'large' },
      { content: 'ok' },
    ];
    server = await startFakeOpenAi({ script });

    const { stdout, stderr } = await run(process.execPath, [CHILD, server.url, String(script.length)], {
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: 30_000,
    });

    expect([stdout.trim().split('\n'), stderr]).toEqual([['ok', 'rate', 'garbage', 'garbage', 'transport', 'garbage', 'ok'], '']);
  });

  test('nothing is printed', async () => {
    const printed: unknown[] = [];
    const { log, debug, info, warn, error } = console;
    const model = await modelOf([{ fault: 'broken-json' }, { fault: 'server-error' }, { content: 'ok' }]);

    const record = (...words: unknown[]) => void printed.push(words);
    Object.assign(console, { log: record, debug: record, info: record, warn: record, error: record });
    for (let call = 0; call < 3; call += 1) await failureOf(model);
    Object.assign(console, { log, debug, info, warn, error });

    expect(printed).toEqual([]);
  });

  test('a Retry-After that is a date counts from the given clock', async () => {
    const model = await modelOf([{ fault: 'rate-date' }], { now: () => Date.now() });

    const { retryAfterMs } = (await failureOf(model)) as ModelError;

    expect(retryAfterMs).toBeGreaterThan(100_000);
    expect(retryAfterMs).toBeLessThanOrEqual(120_000);
  });

  test('a reply that is cut off counts the tokens that came', async () => {
    const model = await modelOf([{ fault: 'cut-socket' }]);

    const { usage } = (await failureOf(model)) as ModelError;

    expect(usage).toEqual({ input: ESTIMATED_INPUT, output: 2, reported: false });
  });

  test('a reply that is too large is not read to its end', async () => {
    const model = await modelOf([{ fault: 'large', bytes: 50_000_000 }], { limits: { ...SHORT, maxReplyBytes: 100_000 } });

    await failureOf(model);

    expect(server?.calls[0]?.done).toBe(false);
  });

  test('another model that answers is named', async () => {
    const model = await modelOf([{ fault: 'wrong-model' }]);

    const reply = await model.complete(REQUEST, new AbortController().signal);

    expect(reply.model).toBe('something-else');
  });

  test('a message of the server is one bounded line', async () => {
    const model = await modelOf([{ fault: 'refused' }]);

    const { message } = (await failureOf(model)) as ModelError;

    expect(message).toMatch(
      /^the endpoint answered with an error: Invalid value \[31mfor 'temperature' x{200,300}… \[endpoint=.*, status=400, request=req-1\]$/,
    );
  });

  test('nobody listens: the connection failed, with the code of the system and what to look at', async () => {
    const model = await modelOf([]);
    await server?.close();

    const said = 'the connection failed (ECONNREFUSED); nothing listens there: see whether the server runs, and host and port of the base URL';
    expect(await failureOf(model)).toMatchObject({ code: 'transport', message: expect.stringContaining(said) as string });
  });

  test('https:// where plain http is spoken: says which address may do', async () => {
    const { url } = (server = await startFakeOpenAi({ script: [] }));
    const model = new OpenAiModel({ baseUrl: url.replace('http:', 'https:'), model: 'small' });

    expect(await failureOf(model)).toMatchObject({
      code: 'transport',
      message: expect.stringContaining('the server does not speak TLS there: it may be an http:// address') as string,
    });
  });

  test.each([
    ['no key', {}, 'the endpoint wants a key, and none was sent; set MLE_SMITH_API_KEY'],
    ['another key', { apiKey: new Secret('sk-other') }, 'the endpoint refuses the key of MLE_SMITH_API_KEY'],
  ])('%s: names the variable', async (_, key, said) => {
    const { url } = (server = await startFakeOpenAi({ script: [], apiKey: KEY }));

    const failure = await failureOf(new OpenAiModel({ baseUrl: url, model: 'small', ...key }));

    expect(failure).toMatchObject({ code: 'auth', message: expect.stringContaining(said) as string });
  });

  test('a base URL without a version: says how most of them end', async () => {
    const { url } = (server = await startFakeOpenAi({ script: [] }));
    const failure = await failureOf(new OpenAiModel({ baseUrl: url.replace('/v1', ''), model: 'small' }));

    expect(failure).toMatchObject({
      code: 'config',
      message: expect.stringContaining('no such model or path; the base URL of most endpoints ends with /v1: nothing answers POST /chat/completions') as string,
    });
  });

  test.each(['hang', 'silence', 'drip', 'comments'] as const)('%s: the caller stops it with a reason of its own', async (fault) => {
    const stop = new AbortController();
    const model = await modelOf(() => {
      setImmediate(() => stop.abort(new Error('the stage is over')));
      return { fault };
    });

    const error = await failureOf(model, REQUEST, stop.signal);

    expect(error).toBe(stop.signal.reason);
  });

  test('a call that is stopped before it began is not made', async () => {
    const model = await modelOf([]);

    await expect(model.complete(REQUEST, AbortSignal.abort('too late'))).rejects.toBe('too late');
    expect(server?.calls).toEqual([]);
  });
});
