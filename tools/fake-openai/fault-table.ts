import { setImmediate } from 'node:timers/promises';
import { beginReply, pause, write, writeError, writePage, writeReply, type Exchange } from './exchange.ts';
import { eventOf } from './reply-writer.ts';
import type { FaultStep, ReplyStep } from './step.ts';

interface Fault {
  readonly meaning: string;
  /** A reply that is well-formed. */
  readonly reply?: (exchange: Exchange) => ReplyStep;
  /** What is written instead of a reply; it may go on until the client leaves. */
  readonly answer?: (exchange: Exchange) => void | Promise<void>;
}

const DRIP_MS = 50;
const LARGE = 1_200_000;
const LARGER = 10_000_000;

const rate = (headers: () => Readonly<Record<string, string>>) => (exchange: Exchange) =>
  writeError(exchange, 429, { message: 'Rate limit reached for requests', type: 'requests', code: 'rate_limit_exceeded', param: null }, headers());
const status = (number: number, message: string, more: object) => (exchange: Exchange) => writeError(exchange, number, { message, ...more });

/** Everything that can go wrong with a call, by name. */
export const FAULTS = {
  rate: { meaning: '429 without a word on when to come again', answer: rate(() => ({})) },
  'rate-5s': { meaning: '429, Retry-After of 5 seconds', answer: rate(() => ({ 'retry-after': '5' })) },
  'rate-120s': { meaning: '429, Retry-After of 120 seconds', answer: rate(() => ({ 'retry-after': '120' })) },
  'rate-date': { meaning: '429, Retry-After as a date in 120 seconds', answer: rate(() => ({ 'retry-after': new Date(Date.now() + 120_000).toUTCString() })) },
  'rate-ms': { meaning: '429, retry-after-ms of 1500', answer: rate(() => ({ 'retry-after-ms': '1500' })) },
  quota: {
    meaning: '429, the quota is used up',
    answer: status(429, 'You exceeded your current quota, please check your plan and billing details.', {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),
  },
  unauthorized: { meaning: '401', answer: status(401, 'Incorrect API key provided', { type: 'invalid_request_error', code: 'invalid_api_key' }) },
  forbidden: { meaning: '403', answer: status(403, 'You are not allowed to use this model', { type: 'permission_error' }) },
  'no-model': { meaning: '404, no such model', answer: status(404, 'The model does not exist', { type: 'invalid_request_error', code: 'model_not_found' }) },
  refused: {
    meaning: '400, with a message of two lines and control characters',
    answer: status(400, `Invalid value\n\u001b[31mfor 'temperature'\u0000 ${'x'.repeat(5000)}`, { type: 'invalid_request_error' }),
  },
  'too-long': {
    meaning: '400, the talk is longer than the context of the model',
    answer: status(400, "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.", {
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
    }),
  },
  'too-long-for-vllm': {
    meaning: '400 in the words of vLLM, without a code that says so',
    answer: ({ response }) =>
      void response.writeHead(400, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          object: 'error',
          message: "This model's maximum context length is 8192 tokens. Please reduce the length of the messages.",
          type: 'BadRequestError',
          param: null,
          code: 400,
        }),
      ),
  },
  'wrong-field': { meaning: '422, with a message in the words of FastAPI', answer: (exchange) => writeDetail(exchange) },
  'request-timeout': { meaning: '408', answer: status(408, 'The request took too long', {}) },
  conflict: { meaning: '409', answer: status(409, 'Conflict', {}) },
  'server-error': { meaning: '500', answer: status(500, 'The server had an error while processing your request', { type: 'server_error' }) },
  'bad-gateway': { meaning: '502 with a page', answer: (exchange) => writePage(exchange, 502) },
  unavailable: { meaning: '503 with a page, Retry-After of 7 seconds', answer: (exchange) => writePage(exchange, 503, { 'retry-after': '7' }) },
  upgrade: {
    meaning: '101, another protocol',
    answer: ({ response }) => void response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
  },
  redirect: { meaning: '307 to another path', answer: (exchange) => void exchange.response.writeHead(307, { location: '/elsewhere' }).end() },
  'echoed-headers': {
    meaning: '401 whose message repeats every header of the request',
    answer: (exchange) => writeError(exchange, 401, { message: `who are you? ${JSON.stringify(exchange.request.headers)}` }),
  },
  page: { meaning: '200 with a page', answer: (exchange) => writePage(exchange, 200) },
  'no-body': { meaning: '204', answer: (exchange) => void exchange.response.writeHead(204).end() },
  'broken-json': {
    meaning: '200, JSON that breaks off in the middle',
    answer: (exchange) =>
      void exchange.response.end(beginReply(exchange) === 'stream' ? 'data: {"id": "chatcmpl-1", "choices": [{\n\n' : '{"id": "chatcmpl-1", "choices": [{'),
  },
  'no-choices': { meaning: '200, a reply without choices', answer: (exchange) => endWith(exchange, { model: exchange.request.model, choices: [] }) },
  'wrong-shape': { meaning: '200, JSON of another shape', answer: (exchange) => endWith(exchange, { result: ['fine'], choices: 'none' }) },
  'error-in-reply': {
    meaning: '200, an error where the reply was due, in a stream after its beginning',
    answer: (exchange) => endWith(exchange, { error: { message: 'the backend went away', code: 502 } }, { begun: exchange.request.stream }),
  },
  empty: { meaning: '200 and nothing', answer: (exchange) => void (beginReply(exchange), exchange.response.end()) },
  'cut-short': {
    meaning: 'a stream that ends well, but without finish_reason',
    answer: (exchange) =>
      endWith(exchange, { ...head(exchange), choices: [{ index: 0, delta: {}, message: { content: 'The answ' } }] }, { begun: exchange.request.stream }),
  },
  'cut-socket': {
    meaning: 'the connection is destroyed in the middle of the reply',
    async answer(exchange) {
      await begun(exchange);
      await pause(exchange, DRIP_MS);
      // A client in the same process reads between these turns, however long the pause really was.
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      exchange.response.destroy();
    },
  },
  reset: { meaning: 'the connection is destroyed before the reply', answer: (exchange) => void exchange.response.destroy() },
  hang: { meaning: 'nothing is ever answered', answer: async (exchange) => void (await left(exchange)) },
  silence: {
    meaning: 'the reply begins and nothing follows',
    async answer(exchange) {
      await begun(exchange);
      await left(exchange);
    },
  },
  drip: {
    meaning: 'a letter at a time, without end',
    async answer(exchange) {
      const whole = beginReply(exchange) === 'whole';
      const { dripMs = DRIP_MS } = exchange.step as FaultStep;
      while (await write(exchange, whole ? ' ' : eventOf(piece(exchange, 'x')))) if (!(await pause(exchange, dripMs))) return;
    },
  },
  comments: {
    meaning: 'comments and blanks without end, which never become a reply',
    async answer(exchange) {
      const block = (beginReply(exchange) === 'stream' ? ': still here\n\n' : '              ').repeat(1000);
      while (await write(exchange, block)) await pause(exchange, 0);
    },
  },
  large: { meaning: 'a reply of more than 1 MB', reply: ({ step }) => ({ content: 'lorem ipsum '.repeat(((step as FaultStep).bytes ?? LARGE) / 12) }) },
  'large-arguments': {
    meaning: 'a tool call with 10 MB of arguments',
    reply: (exchange) => ({ toolCalls: [{ name: anyTool(exchange), arguments: { text: 'x'.repeat((exchange.step as FaultStep).bytes ?? LARGER) } }] }),
  },
  'endless-tools': { meaning: 'every reply calls a tool', reply: (exchange) => ({ toolCalls: [{ name: anyTool(exchange), arguments: {} }] }) },
  'wrong-model': { meaning: 'another model answers', reply: () => ({ content: 'ok', model: 'something-else' }) },
  refusal: { meaning: 'the model refuses', reply: () => ({ refusal: 'I cannot help with that.' }) },
  'content-filter': { meaning: 'the content filter ends the reply', reply: () => ({ content: 'The', finish: 'content_filter' }) },
  length: { meaning: 'the reply ends at the most tokens', reply: () => ({ content: 'The answer is', finish: 'length' }) },
  'unknown-finish': { meaning: 'the reply ends for a reason that nobody knows', reply: () => ({ content: 'The answer', finish: 'moon_phase' }) },
} as const satisfies Record<string, Fault>;
export type FaultName = keyof typeof FAULTS;

/** Carries a fault out; gives the reply that was written, where it was a well-formed one. */
export async function carryOut(exchange: Exchange, name: FaultName) {
  const { reply, answer }: Fault = FAULTS[name];
  if (reply !== undefined) return writeReply(exchange, reply(exchange));
  await answer?.(exchange);
  return undefined;
}

function writeDetail({ response }: Exchange): void {
  const detail = [{ loc: ['body', 'temperature'], msg: 'Input should be less than 2' }];
  response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify({ detail }));
}

function head({ number, request }: Exchange) {
  return { id: `chatcmpl-${number}`, object: 'chat.completion.chunk', created: 0, model: request.model };
}

function piece(exchange: Exchange, content: string) {
  return { ...head(exchange), choices: [{ index: 0, delta: { content }, finish_reason: null }] };
}

/** Writes the beginning of a reply. */
async function begun(exchange: Exchange): Promise<void> {
  await write(exchange, beginReply(exchange) === 'stream' ? eventOf(piece(exchange, 'The answ')) : '{"id": "chatcmpl-1", "cho');
}

async function endWith(exchange: Exchange, body: object, { begun: first = false } = {}): Promise<void> {
  const streams = beginReply(exchange) === 'stream';
  if (first && streams) await write(exchange, eventOf(piece(exchange, 'The answ')));
  exchange.response.end(streams ? eventOf(body) : JSON.stringify(body));
}

/** Resolves when the client leaves. */
async function left({ response }: Exchange): Promise<void> {
  if (!response.destroyed) await new Promise((resolve) => response.once('close', resolve));
}

function anyTool({ request }: Exchange): string {
  return request.tools[0] ?? 'look';
}
