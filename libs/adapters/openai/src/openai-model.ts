import { ModelError, type Model, type ModelIdentity, type ModelReply, type ModelRequest } from '@mle-smith/agent';
import OpenAI from 'openai';
import { APIError } from 'openai/error';
import { Stream } from 'openai/streaming';
import { checkedBaseUrl, type BaseUrlRules } from './base-url.ts';
import { CallWatch } from './call-watch.ts';
import { chatRequest, requestBytes } from './chat-request.ts';
import { COMMON_DIALECT, otherDialect, type Dialect } from './dialect.ts';
import { chunkEnvelope, errorEnvelope, wholeEnvelope } from './envelope.ts';
import { failureOf, requestIdOf } from './failure.ts';
import { hiddenSecrets, type HiddenSecrets } from './hidden-secrets.ts';
import { httpFetch } from './http-fetch.ts';
import { DEFAULT_LIMITS, WIRE_OVERHEAD, type Limits } from './limits.ts';
import { cardOf, type ModelCard } from './model-card.ts';
import { plainText } from './plain-text.ts';
import { ReplyAssembly } from './reply-assembly.ts';
import { Secret } from './secret.ts';

/** An endpoint, one of its models, and how it is called. */
export interface OpenAiModelOptions extends BaseUrlRules {
  /** Up to and without `/chat/completions`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Left out for endpoints without keys. */
  readonly apiKey?: Secret;
  /** Further headers of every request. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  readonly limits?: Partial<Limits>;
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly proxy?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, for dates in Retry-After. */
  readonly now?: () => number;
}

/** Longest time that a timer of Node can take. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * A model behind an endpoint that speaks the OpenAI API. Asks once and streams; asks again only where the endpoint
 * refused the way of asking (`Dialect`), which it then keeps. Every failure is a `ModelError`, but for the caller's abort.
 */
export class OpenAiModel implements Model {
  readonly identity: ModelIdentity;
  readonly #client: OpenAI;
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #plain: (text: string) => string;
  readonly #hide: HiddenSecrets['inReplies'];
  /** Whether calls carry a key. */
  readonly #keyed: boolean;
  #dialect = COMMON_DIALECT;

  /** Throws `BaseUrlError` for a base URL that is not allowed, `SecretError` for the value of a header that none can hold. */
  constructor({ baseUrl, model, apiKey, headers = {}, limits = {}, proxy, now = Date.now, ...rules }: OpenAiModelOptions) {
    const endpoint = checkedBaseUrl(baseUrl, rules);
    this.identity = { model, endpoint };
    const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value instanceof Secret ? value : new Secret(value)] as const);
    this.#keyed = apiKey !== undefined || given.length > 0;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#now = now;
    // A key that was copied with its scheme is sent without it: the scheme is added.
    const key = apiKey?.reveal().replace(/^bearer +/i, '');
    const secrets = Object.values(headers).flatMap((value) => (value instanceof Secret ? [value.reveal()] : []));
    const { inMessages, inReplies } = hiddenSecrets(key === undefined ? secrets : [key, ...secrets]);
    this.#plain = plainText(inMessages);
    this.#hide = inReplies;
    this.#client = new OpenAI({
      baseURL: endpoint,
      // The key is known to `httpFetch` alone, so that no error of the SDK can hold it.
      apiKey: 'unused',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: NO_LIMIT,
      logLevel: 'off',
      fetch: httpFetch({
        headers: () => ({
          accept: 'application/json, text/event-stream',
          'user-agent': 'mle-smith',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...Object.fromEntries(given.map(([name, value]) => [name, value.reveal()])),
        }),
        connectMs: this.#limits.connectMs,
        ...(proxy === undefined ? {} : { proxy }),
      }),
    });
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    signal.throwIfAborted();
    let dialect = this.#dialect;
    for (;;) {
      const answer = await this.#ask(request, dialect, signal);
      if ('otherDialect' in answer) dialect = answer.otherDialect;
      else {
        this.#dialect = dialect;
        return answer;
      }
    }
  }

  /** Most tokens of a reply that the model takes, where it refused more. */
  get mostReplyTokens(): number | undefined {
    return this.#dialect.mostTokens;
  }

  /** What the endpoint's list tells of the model; undefined where it gives no list. Throws nothing but the caller's abort. */
  async card(signal: AbortSignal): Promise<ModelCard | undefined> {
    const watch = new CallWatch(signal, this.#limits);
    try {
      const response = await this.#client.get('/models', { signal: watch.controller.signal }).asResponse();
      return cardOf(this.identity.model, await watch.watched(response, 1).json());
    } catch {
      signal.throwIfAborted();
      return undefined;
    } finally {
      watch.stop();
    }
  }

  async #ask(request: ModelRequest, dialect: Dialect, signal: AbortSignal): Promise<ModelReply | { otherDialect: Dialect }> {
    const watch = new CallWatch(signal, this.#limits);
    const assembly = new ReplyAssembly({ plain: this.#plain, hide: this.#hide });
    const asked = {
      requestBytes: requestBytes(request),
      turn: request.messages.filter(({ role }) => role === 'assistant').length,
      requested: this.identity.model,
    };
    let requestId: string | undefined;
    try {
      const body = chatRequest(this.identity.model, request, dialect);
      const response = await this.#client.chat.completions.create(body, { signal: watch.controller.signal }).asResponse();
      requestId = requestIdOf(response.headers, this.#plain);
      await this.#read(response, assembly, watch);
      return assembly.reply({ ...asked, requestId });
    } catch (error) {
      signal.throwIfAborted();
      const other = refusedWay(dialect, error, request.maxTokens);
      if (other !== undefined) return { otherDialect: other };
      throw failureOf({
        error,
        passed: watch.passed,
        usage: assembly.usage(asked.requestBytes),
        limits: this.#limits,
        now: this.#now(),
        plain: this.#plain,
        endpoint: this.identity.endpoint,
        model: this.identity.model,
        keyed: this.#keyed,
        requestId,
      });
    } finally {
      watch.stop();
    }
  }

  /** Reads a reply in the way in which it comes, whatever was asked for: some servers know no streams. */
  async #read(response: Response, assembly: ReplyAssembly, watch: CallWatch): Promise<void> {
    const type = response.headers.get('content-type') ?? '';
    if (type.includes('text/event-stream')) {
      const chunks = Stream.fromSSEResponse<unknown>(watch.watched(response, WIRE_OVERHEAD.streamed), watch.controller, this.#client);
      for await (const chunk of chunks) {
        assembly.add(chunkEnvelope.parse(chunk));
        if (assembly.bytes > this.#limits.maxReplyBytes) watch.pass('maxReplyBytes');
        watch.check();
      }
      watch.check();
      return;
    }
    if (!type.includes('json')) {
      watch.controller.abort();
      throw new ModelError('garbage', `the reply is no JSON but ${type === '' ? 'of no type' : this.#plain(type)}`);
    }
    const text = await watch.watched(response, WIRE_OVERHEAD.whole).text();
    if (text === '') throw new ModelError('transport', 'the reply is empty');
    const body: unknown = JSON.parse(text);
    const told = errorEnvelope.safeParse(body);
    if (told.success) throw new APIError(undefined, told.data.error as object, undefined, undefined);
    const { choices, ...rest } = wholeEnvelope.parse(body);
    assembly.add({ ...rest, choices: choices.map(({ message, ...choice }) => ({ ...choice, delta: message })) });
    if (assembly.bytes > this.#limits.maxReplyBytes) watch.pass('maxReplyBytes');
    watch.check();
  }
}

/** The way of asking to try next where the endpoint refused this one. */
function refusedWay(dialect: Dialect, error: unknown, tokens: number): Dialect | undefined {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return undefined;
  return otherDialect(dialect, `${error.message} ${error.param ?? ''}`, tokens);
}
