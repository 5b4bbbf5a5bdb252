import { readFile } from 'node:fs/promises';
import { limitsOf as callLimits, OpenAiModel, Secret } from '@mle-smith/adapter-openai';
import {
  addBudget,
  addModel,
  AdaptiveLimit,
  dayAccount,
  DEPLOYMENT,
  modelsIn,
  openSource,
  PriceTable,
  unpriced,
  type BudgetBook,
  type CallStore,
  type Limits,
  type ModelSource,
} from '@mle-smith/agent';
import { modelRecorder, observeCalls, observedModel, type ServiceMetrics, type WatchedAccount } from '@mle-smith/telemetry';
import { ConfigurationError } from '../config.ts';
import type { StationServiceConfig } from '../settings.ts';

export interface OpenModelsOptions {
  readonly config: StationServiceConfig;
  readonly calls: CallStore;
  /** Shared by all replicas. */
  readonly book: BudgetBook;
  readonly metrics: ServiceMetrics;
  readonly signal: AbortSignal;
}

/** The models of a station's agents; undefined where rules think. Throws `ConfigurationError`, `ModelError`, `ModelWithoutToolsError`. */
export async function openModels({ config, calls, book, metrics, signal }: OpenModelsOptions): Promise<ModelSource | undefined> {
  if (config.engine === 'rules') return undefined;
  const { modelUrl } = config;
  const names = read('MLE_SMITH_MODEL', config.model, addModel, { agents: {} });
  if (modelUrl === undefined || names.main === undefined) throw new ConfigurationError(['MLE_SMITH_ENGINE: llm needs MLE_SMITH_MODEL_URL and MLE_SMITH_MODEL']);
  const shared = {
    baseUrl: modelUrl,
    allowHttp: config.allowHttp,
    headers: Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [name, new Secret(value)])),
    ...(config.apiKey === undefined ? {} : { apiKey: new Secret(config.apiKey) }),
    ...(config.callTimeout === undefined ? {} : { limits: callLimits(config.callTimeout * 1_000) }),
    proxy: proxyOf(config),
  };
  const ofModel = (model: string) => {
    const endpoint = new OpenAiModel({ ...shared, model });
    return { identity: endpoint.identity, model: observedModel(endpoint, metrics) };
  };
  const models = new Map(modelsIn(names).map((model) => [model, ofModel(model)]));
  const prices = await pricesOf(config.prices);
  const limits = read<Limits>('MLE_SMITH_BUDGET', config.budget, addBudget, {});
  const complaint = [...models.values()].map(({ identity }) => unpriced(limits, prices, identity)).find((one) => one !== undefined);
  if (complaint !== undefined) throw new ConfigurationError([`MLE_SMITH_BUDGET: ${complaint}`]);
  const concurrency = new AdaptiveLimit(config.calls);
  observeCalls(metrics, concurrency, watchedAccounts(limits, book));
  return openSource(
    {
      ...(models.get(names.main) ?? ofModel(names.main)),
      ofAgents: Object.fromEntries(Object.entries(names.agents).map(([agent, model]) => [agent, models.get(model) ?? ofModel(model)])),
      replyTokens: config.replyTokens,
      concurrency,
      store: calls,
      book,
      limits,
      prices,
      onNotice: modelRecorder(metrics),
    },
    signal,
  );
}

/** What all calls share, where it has a limit in dollars. */
function watchedAccounts({ day, deployment }: Limits, book: BudgetBook): WatchedAccount[] {
  const rows = [
    { account: 'day', limit: day?.cost, name: () => dayAccount(Date.now()) },
    { account: 'deployment', limit: deployment?.cost, name: () => DEPLOYMENT },
  ] as const;
  return rows.flatMap(({ account, limit, name }) => (limit === undefined ? [] : [{ account, limit, used: async () => (await book.used(name())).cost }]));
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

async function pricesOf(path: string | undefined): Promise<PriceTable> {
  if (path === undefined) return {};
  try {
    return PriceTable.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    throw new ConfigurationError([`MLE_SMITH_PRICES: the table cannot be read [path=${path}]; it is {"model": {"input": 1.5, "output": 6}}`]);
  }
}
