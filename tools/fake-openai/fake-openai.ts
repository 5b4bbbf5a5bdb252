import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { chatRequest, type ChatRequest } from './chat.ts';
import { pause, writeError, writeReply, type Exchange } from './exchange.ts';
import { carryOut, type FaultName } from './fault-table.ts';
import { PROFILES, type Profile, type ProfileName, type Refusal } from './profile-table.ts';
import type { CountedTokens } from './reply-writer.ts';
import type { Script, Step } from './step.ts';
import { misfit } from './strict-schema.ts';

/** How the server answers. */
export interface FakeOpenAiOptions {
  readonly script: Script;
  readonly profile?: ProfileName;
  /** Milliseconds before each answer. */
  readonly latencyMs?: number;
  /** Other keys get 401, where given. */
  readonly apiKey?: string;
  /** Others get 404, where given. */
  readonly models?: readonly string[];
  /** Told with each of `models`, as vLLM does. */
  readonly contextTokens?: number;
  /** 0: any that is free. */
  readonly port?: number;
  readonly host?: string;
}

/** A call that came in. */
export interface FakeCall {
  readonly number: number;
  readonly request: ChatRequest;
  /** `refused`: by the profile, the key or the model. */
  answer: 'reply' | 'refused' | FaultName | undefined;
  /** What was counted; undefined where there was no reply. */
  counted: CountedTokens | undefined;
  /** Whether the answer was written to its end. */
  done: boolean;
}

/** A server that runs. */
export interface FakeOpenAi {
  /** The base URL, with `/v1`. */
  readonly url: string;
  /** Every call, in the order in which they came. */
  readonly calls: readonly FakeCall[];
  /** What was wrong with the script: a step too few, an answer that no strict server can give. */
  readonly problems: readonly string[];
  /** Steps of a list that were not asked for. */
  remaining(): number;
  /** Tokens of all replies. */
  counted(): CountedTokens;
  /** Most calls that were answered at the same time. */
  mostAtOnce(): number;
  close(): Promise<void>;
}

/** Starts a server that speaks `/v1/chat/completions` and `/v1/models` by a script. */
export async function startFakeOpenAi(options: FakeOpenAiOptions): Promise<FakeOpenAi> {
  const { script, port = 0, host = '127.0.0.1', models, contextTokens, latencyMs = 0 } = options;
  const profile: Profile = PROFILES[options.profile ?? 'openai'];
  const calls: FakeCall[] = [];
  const problems: string[] = [];
  let [open, most, steps] = [0, 0, 0];

  /** The next step of a list, or what the function says. */
  async function nextStep(request: ChatRequest, number: number): Promise<Step> {
    if (typeof script === 'function') return script(request, number);
    const step = script[steps];
    steps += 1;
    if (step === undefined) throw new Error(`the script has ${script.length} steps and none for call ${number}`);
    return step;
  }

  async function chat(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = chatRequest(await text(incoming), incoming.headers);
    const call: FakeCall = { number: calls.length + 1, request, answer: undefined, counted: undefined, done: false };
    calls.push(call);
    response.setHeader('x-request-id', `req-${call.number}`);
    response.once('finish', () => (call.done = true));
    const refusal = refusalOf(request, profile, options);
    const step = refusal === undefined ? await nextStep(request, call.number) : {};
    const exchange = { number: call.number, request, response, profile, step };
    const wait = latencyMs + (step.latencyMs ?? 0);
    if (wait > 0 && !(await pause(exchange, wait))) return;
    if (refusal === undefined) await answer(exchange, call);
    else {
      call.answer = 'refused';
      writeError(exchange, refusal.status, { type: 'invalid_request_error', param: null, code: null, ...refusal.error });
    }
  }

  const server = createServer((incoming, response) => {
    most = Math.max(most, (open += 1));
    response.once('close', () => (open -= 1));
    const path = `${incoming.method} ${incoming.url}`;
    if (path === 'GET /v1/models') {
      const data = (models ?? []).map((id) => ({
        id,
        object: 'model',
        created: 0,
        owned_by: 'fake',
        ...(contextTokens === undefined ? {} : { max_model_len: contextTokens }),
      }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data }));
    } else if (path === 'POST /v1/chat/completions') {
      chat(incoming, response).catch((error: unknown) => {
        problems.push(error instanceof Error ? error.message : String(error));
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: problems.at(-1) } }));
        else response.destroy();
      });
    } else response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: `nothing answers ${path}` } }));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/v1`,
    calls,
    problems,
    remaining: () => (typeof script === 'function' ? 0 : Math.max(0, script.length - steps)),
    counted: () =>
      calls.reduce((sum, { counted }) => ({ input: sum.input + (counted?.input ?? 0), output: sum.output + (counted?.output ?? 0) }), { input: 0, output: 0 }),
    mostAtOnce: () => most,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What the server refuses before it looks into its script. */
function refusalOf(request: ChatRequest, profile: Profile, { apiKey, models }: FakeOpenAiOptions): { status: number; error: Refusal } | undefined {
  if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`)
    return { status: 401, error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } };
  if (models !== undefined && !models.includes(request.model))
    return { status: 404, error: { message: `The model '${request.model}' does not exist`, code: 'model_not_found' } };
  const error = profile.refuses(request);
  return error === undefined ? undefined : { status: 400, error };
}

async function answer(exchange: Exchange, call: FakeCall): Promise<void> {
  const { request, profile, step } = exchange;
  if ('fault' in step) {
    call.answer = step.fault;
    call.counted = (await carryOut(exchange, step.fault))?.usage;
    return;
  }
  const wrong = step.json === undefined || request.schema === undefined || !profile.honoursFormat ? undefined : misfit(request.schema, step.json);
  if (wrong !== undefined) throw new Error(`call ${call.number}: the scripted answer does not fit the schema that was asked for: ${wrong}`);
  call.answer = 'reply';
  call.counted = (await writeReply(exchange, step)).usage;
}
