import { BaseUrlError, limitsOf as callLimits, OpenAiModel, Secret } from '@mle-smith/adapter-openai';
import {
  addBudget,
  addModel,
  AdaptiveLimit,
  agentsOf,
  budgetComplaint,
  callEventOf,
  dayAccount,
  DEPLOYMENT,
  ModelError,
  modelsIn,
  ModelWithoutToolsError,
  openSource,
  readPrices,
  type BudgetBook,
  type CallStore,
  type Limits,
  type ModelSource,
  type ModelsOptions,
} from '@mle-smith/agent';
import type { StageName } from '@mle-smith/contracts';
import { noteEvent } from '@mle-smith/stage-runtime';
import { modelRecorder, observeCalls, observedModel, type ServiceMetrics, type WatchedAccount } from '@mle-smith/telemetry';
import { ConfigurationError } from '../config.ts';
import type { StationServiceConfig } from '../settings.ts';
import { WatchedBook } from './watched-book.ts';

export interface ModelsOfService {
  readonly config: StationServiceConfig;
  /** Whose agents call. */
  readonly stages: readonly StageName[];
  readonly calls: CallStore;
  /** Shared by all replicas. */
  readonly book: BudgetBook;
  readonly metrics: ServiceMetrics;
}

/** The endpoint of the models does not answer now. */
class ModelsUnreachableError extends Error {
  readonly code = 'model_unreachable';
  constructor(cause: Error) {
    super(`the endpoint of the models does not answer: ${cause.message}`, { cause });
    this.name = new.target.name;
  }
}

/** How the models of a station's agents are reached. Throws `ConfigurationError`. */
export async function modelsOptions({ config, stages, calls, book: shared, metrics }: ModelsOfService): Promise<ModelsOptions> {
  const names = read('MLE_SMITH_MODEL', config.model, addModel, { agents: {} });
  const endpointOf = endpointsOf(config);
  const ofModel = (model: string) => {
    const endpoint = endpointOf(model);
    return { identity: endpoint.identity, model: observedModel(endpoint, metrics) };
  };
  const { main } = names;
  if (main === undefined) throw new ConfigurationError([NEEDED]);
  const models = new Map(modelsIn(names).map((model) => [model, ofModel(model)]));
  const prices = await readPrices(config.prices).catch((error: Error) => {
    throw new ConfigurationError([`MLE_SMITH_PRICES: ${error.message}`]);
  });
  const limits = read<Limits>('MLE_SMITH_BUDGET', config.budget, addBudget, {});
  const complaint = budgetComplaint(limits, { names, agents: agentsOf(stages), prices, replyTokens: config.replyTokens });
  if (complaint !== undefined) throw new ConfigurationError([`MLE_SMITH_BUDGET: ${complaint}`]);
  const concurrency = new AdaptiveLimit(config.calls);
  const record = modelRecorder(metrics, { models: modelsIn(names), stages });
  const book = new WatchedBook(shared, () => Object.values(SHARED).map((name) => name()));
  observeCalls(metrics, concurrency, watchedAccounts(limits, book));
  return {
    ...(models.get(main) ?? ofModel(main)),
    ofAgents: Object.fromEntries(Object.entries(names.agents).map(([agent, model]) => [agent, models.get(model) ?? ofModel(model)])),
    replyTokens: config.replyTokens,
    concurrency,
    store: calls,
    book,
    limits,
    prices,
    onNotice: (notice) => {
      record(notice);
      if (notice.kind === 'called') noteEvent(callEventOf(notice), notice.sinceMs);
    },
  };
}

/** Reaches them. Throws `ConfigurationError` where somebody has to see to key, bill or name, and `ModelsUnreachableError` where time may help. */
export async function reachModels(options: ModelsOptions, signal: AbortSignal): Promise<ModelSource> {
  try {
    return await openSource(options, signal);
  } catch (error) {
    if (error instanceof ModelWithoutToolsError) throw new ConfigurationError([`MLE_SMITH_MODEL: ${error.message}`]);
    if (!(error instanceof ModelError)) throw error;
    throw error.mendedBy === 'operator'
      ? new ConfigurationError([`MLE_SMITH_MODEL_URL, MLE_SMITH_MODEL, MLE_SMITH_API_KEY: ${error.message}`])
      : new ModelsUnreachableError(error);
  }
}

const NEEDED = 'MLE_SMITH_ENGINE: llm needs MLE_SMITH_MODEL_URL and MLE_SMITH_MODEL';

/** What is missing where models are to think. */
export function modelFaults({ engine, modelUrl, model }: Pick<StationServiceConfig, 'engine' | 'modelUrl' | 'model'>): readonly string[] {
  return engine === 'llm' && (modelUrl === undefined || model.length === 0) ? [NEEDED] : [];
}

/** Makes the endpoint of a model. Throws `ConfigurationError`. */
function endpointsOf(config: StationServiceConfig): (model: string) => OpenAiModel {
  const { modelUrl } = config;
  if (modelUrl === undefined) throw new ConfigurationError([NEEDED]);
  const headers = Object.entries(config.headers).map(([name, value]) => [name, secretOf('MLE_SMITH_HEADERS', value)] as const);
  const shared = {
    baseUrl: modelUrl,
    allowHttp: config.allowHttp,
    ...(config.modelHosts === undefined ? {} : { allowedHosts: config.modelHosts }),
    headers: Object.fromEntries(headers),
    ...(config.apiKey === undefined ? {} : { apiKey: secretOf('MLE_SMITH_API_KEY', config.apiKey) }),
    ...(config.callTimeout === undefined ? {} : { limits: callLimits(config.callTimeout * 1_000) }),
    proxy: proxyOf(config),
  };
  return (model) => {
    try {
      return new OpenAiModel({ ...shared, model });
    } catch (error) {
      if (error instanceof BaseUrlError) throw new ConfigurationError([`MLE_SMITH_MODEL_URL: ${error.message}`]);
      throw error;
    }
  };
}

/** A text that is sent and never shown. Throws `ConfigurationError`, which does not hold it. */
function secretOf(variable: string, text: string): Secret {
  try {
    return new Secret(text);
  } catch (error) {
    throw new ConfigurationError([`${variable}: ${(error as Error).message}`]);
  }
}

/** Names of the accounts that all calls share, now. */
const SHARED = { day: () => dayAccount(Date.now()), deployment: () => DEPLOYMENT } as const;

/** What all calls share, where it has a limit. */
function watchedAccounts(limits: Limits, book: WatchedBook): WatchedAccount[] {
  return (['day', 'deployment'] as const).flatMap((account) => {
    const [limit, name] = [limits[account], SHARED[account]];
    if (limit === undefined) return [];
    return [{ account, limit: limit.cost, used: async () => (await book.used(name())).cost, refuses: () => book.refuses(name()) }];
  });
}

function proxyOf({ httpProxy, httpsProxy, noProxy }: StationServiceConfig): Record<string, string> {
  const given = { HTTP_PROXY: httpProxy, HTTPS_PROXY: httpsProxy, NO_PROXY: noProxy };
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Puts the texts of a variable together. Throws `ConfigurationError`. */
function read<Value>(variable: string, texts: readonly string[], add: (text: string, before: Value) => Value, none: Value): Value {
  try {
    return texts.reduce((before, text) => add(text, before), none);
  } catch (error) {
    throw new ConfigurationError([`${variable}: ${(error as Error).message}`]);
  }
}
