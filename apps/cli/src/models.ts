import {
  AdaptiveLimit,
  AGENTS,
  bookOf,
  budgetComplaint,
  callEventOf,
  LONGEST_REPLY,
  ModelError,
  modelsIn,
  ModelWithoutToolsError,
  openSource,
  probe,
  readPrices,
  type AgentName,
  type Capabilities,
  type CallStore,
  type ModelIdentity,
  type ModelNames,
  type ModelRequest,
  type ModelSource,
  type PriceTable,
} from '@mle-smith/agent';
import type { ModelCard, OpenAiModel } from '@mle-smith/adapter-openai';
import { FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { noteEvent } from '@mle-smith/stage-runtime';
import { callsOfRecord, openRecord, recordedIdentity } from './call-records.ts';
import { CliError } from './cli-error.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { ModelOptions } from './model-options.ts';
import type { Surroundings } from './surroundings.ts';
import { escapeTerminal } from './report/escape.ts';

/** Two judges for each of eight workers. An endpoint that takes fewer refuses some eight calls more than it would of a half before the limit has learned that. */
const CALLS = 16;
/** The models of a run, with what was asked of them so far. */
export interface OpenModels {
  readonly source: ModelSource;
  readonly identity: ModelIdentity;
  readonly calls: CallStore;
  /** Leaves the record that `--record` asked for. */
  keep(): Promise<void>;
}

/** Throws `CliError` where the options name no models, or two kinds, or models for rules. */
export function checkModelOptions(options: ModelOptions): void {
  const { engine, baseUrl, model, record, replay, fallback, budget } = options;
  const { replyTokens } = options;
  const [given] = Object.entries({ baseUrl, model, record, replay, fallback, budget, replyTokens }).find(([, value]) => value !== undefined) ?? [];
  if (engine === 'rules' && given !== undefined) throw usage(`--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} needs --engine llm`);
  if (engine === 'rules') return;
  checkSource('--engine llm', options);
}

/** Throws `CliError` where the options name no models, or two kinds; `who` wants them. */
export function checkSource(who: string, { baseUrl, model, record, replay }: Omit<ModelOptions, 'engine'>): void {
  if (replay !== undefined && (record !== undefined || baseUrl !== undefined || model !== undefined))
    throw usage('--replay asks nobody: leave out --record, --base-url and --model');
  if (replay === undefined && (baseUrl === undefined || model === undefined)) throw usage(`${who} needs --base-url and --model, or --replay`);
  if (model !== undefined && model.main === undefined)
    throw usage(`--model names a model for ${Object.keys(model.agents).join(', ')} alone; name that of the others too: --model NAME`);
}

/** What was found out about an endpoint. */
export interface TriedEndpoint {
  readonly identity: ModelIdentity;
  readonly capabilities: Capabilities;
  /** What its list of models tells; undefined where it gives none. */
  readonly card: ModelCard | undefined;
  readonly seconds: number;
  /** Dollars for a million tokens, where they are known. */
  readonly price: PriceTable[string] | undefined;
  /** Most tokens of one reply that were asked for, and as many as the model takes. */
  readonly replyTokens: number;
  readonly mostReplyTokens: number;
}

/** What the models of an endpoint can do, by trying each once: three small calls, which nothing is kept of. Throws `CliError`, `ModelError`, `BaseUrlError`. */
export async function tryEndpoint(options: Omit<ModelOptions, 'engine'>, around: Surroundings): Promise<TriedEndpoint[]> {
  const prices = await pricesOf(options.prices);
  const { signal } = new AbortController();
  const replyTokens = options.replyTokens ?? LONGEST_REPLY;
  const tried: TriedEndpoint[] = [];
  for (const [name, endpoint] of await endpointsOf(options, around)) {
    const started = performance.now();
    const asked = { identity: endpoint.identity, complete: (request: ModelRequest) => endpoint.complete({ ...request, maxTokens: replyTokens }, signal) };
    const capabilities = await probe(asked, signal);
    const seconds = (performance.now() - started) / 1000;
    const price = Object.hasOwn(prices, name) ? prices[name] : undefined;
    const mostReplyTokens = Math.min(replyTokens, endpoint.mostReplyTokens ?? replyTokens);
    tried.push({ identity: endpoint.identity, capabilities, card: await endpoint.card(signal), seconds, price, replyTokens, mostReplyTokens });
  }
  return tried;
}

/** Opens the endpoint or record that the options name for some agents, all of them where nothing else is said, and finds out what it can do. Throws `CliError`, `ModelError`, `BaseUrlError`. */
export async function openModels(
  options: ModelOptions,
  around: Surroundings,
  folder: string,
  signal: AbortSignal,
  agents = Object.keys(AGENTS) as readonly AgentName[],
): Promise<OpenModels> {
  const { replay, record } = options;
  const prices = await pricesOf(options.prices);
  const leaveRecord = record === undefined ? undefined : await openRecord(record);
  const endpoints = replay === undefined ? await endpointsOf(options, around) : new Map<string, OpenAiModel>();
  const recorded = replay === undefined ? undefined : await recordedIdentity(replay);
  const replyTokens = options.replyTokens ?? recorded?.replyTokens;
  const names: ModelNames = recorded === undefined ? (options.model ?? { agents: {} }) : { main: recorded.model, agents: recorded.agents };
  const ofModel = (model: string) => {
    const endpoint = endpoints.get(model);
    return { identity: endpoint?.identity ?? { model, endpoint: recorded?.endpoint ?? '' }, model: endpoint };
  };
  const main = ofModel(names.main ?? '');
  const limits = options.budget ?? {};
  const complaint = budgetComplaint(limits, { names, agents: replay === undefined ? agents : [], prices, replyTokens });
  if (complaint !== undefined) throw usage(complaint);
  const calls = replay === undefined ? await FilesystemCallStore.open(folder) : callsOfRecord(replay);
  const source = await openSource(
    {
      ...main,
      ofAgents: Object.fromEntries(Object.entries(names.agents).map(([agent, model]) => [agent, ofModel(model)])),
      replyTokens,
      concurrency: new AdaptiveLimit(options.calls ?? CALLS),
      store: calls,
      book: await bookOf(calls.spent(), { limits, prices }, (message) => around.stderr(`mle-smith: ${escapeTerminal(message)}\n`)),
      limits,
      prices,
      onNotice: (notice) => void (notice.kind === 'called' && noteEvent(callEventOf(notice), notice.sinceMs)),
    },
    signal,
  );
  return {
    source,
    identity: main.identity,
    calls,
    keep: async () => leaveRecord?.({ ...main.identity, agents: names.agents, ...(replyTokens === undefined ? {} : { replyTokens }) }, calls),
  };
}

/** The same; undefined, and said once, where the endpoint is of no use and rules may think. */
export async function openModelsOrRules(options: ModelOptions, around: Surroundings, folder: string, signal: AbortSignal): Promise<OpenModels | undefined> {
  try {
    return await openModels(options, around, folder, signal);
  } catch (error) {
    if (options.fallback === undefined || !(error instanceof ModelError || error instanceof ModelWithoutToolsError)) throw error;
    around.stderr(`mle-smith: rules think for all: ${escapeTerminal(error.message)}\n`);
    return undefined;
  }
}

/** The models of the endpoint that the options name, by name. */
async function endpointsOf(
  { baseUrl, model, allowHttp, callTimeout }: Omit<ModelOptions, 'engine'>,
  { config }: Surroundings,
): Promise<ReadonlyMap<string, OpenAiModel>> {
  if (baseUrl === undefined || model === undefined) throw usage('an endpoint needs --base-url and --model');
  // Most of a start would go into it, and most starts need none.
  const openai = await import('@mle-smith/adapter-openai');
  const shared = {
    baseUrl,
    allowHttp: allowHttp ?? false,
    ...(config.apiKey === undefined ? {} : { apiKey: new openai.Secret(config.apiKey) }),
    headers: Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [checkedName(name), new openai.Secret(value)])),
    proxy: config.proxy,
    ...(callTimeout === undefined ? {} : { limits: openai.limitsOf(callTimeout * 1000) }),
  };
  return new Map(modelsIn(model).map((name) => [name, new openai.OpenAiModel({ ...shared, model: name })]));
}

/** The name of a header. Throws `CliError` for what no header is called. */
function checkedName(name: string): string {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return name;
  throw usage('MLE_SMITH_HEADERS holds a line that is no header; write one `Name: value` a line');
}

/** Throws `CliError`. */
async function pricesOf(path: string | undefined): Promise<PriceTable> {
  return readPrices(path).catch((error: Error) => {
    throw usage(error.message);
  });
}

function usage(message: string): CliError {
  return new CliError('usage', message, { exitCode: EXIT_CODES.usage.code });
}
