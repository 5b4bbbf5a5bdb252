import { readFile } from 'node:fs/promises';
import { limitsOf as callLimits, OpenAiModel, Secret } from '@mle-smith/adapter-openai';
import { addBudget, AdaptiveLimit, openSource, PriceTable, unpriced, type BudgetBook, type CallStore, type Limits, type ModelSource } from '@mle-smith/agent';
import { observedModel, type ServiceMetrics } from '@mle-smith/telemetry';
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
  const { modelUrl, model } = config;
  if (modelUrl === undefined || model === undefined) throw new ConfigurationError(['MLE_SMITH_ENGINE: llm needs MLE_SMITH_MODEL_URL and MLE_SMITH_MODEL']);
  const endpoint = new OpenAiModel({
    baseUrl: modelUrl,
    model,
    allowHttp: config.allowHttp,
    headers: Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [name, new Secret(value)])),
    ...(config.apiKey === undefined ? {} : { apiKey: new Secret(config.apiKey) }),
    ...(config.callTimeout === undefined ? {} : { limits: callLimits(config.callTimeout * 1_000) }),
    proxy: proxyOf(config),
  });
  const { identity } = endpoint;
  const prices = await pricesOf(config.prices);
  const limits = limitsOf(config.budget);
  const complaint = unpriced(limits, prices, identity);
  if (complaint !== undefined) throw new ConfigurationError([`MLE_SMITH_BUDGET: ${complaint}`]);
  return openSource(
    {
      identity,
      model: observedModel(endpoint, metrics),
      concurrency: new AdaptiveLimit(config.calls),
      store: calls,
      book,
      limits,
      prices,
    },
    signal,
  );
}

function proxyOf({ httpProxy, httpsProxy, noProxy }: StationServiceConfig): Record<string, string> {
  const given = { HTTP_PROXY: httpProxy, HTTPS_PROXY: httpsProxy, NO_PROXY: noProxy };
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function limitsOf(texts: readonly string[]): Limits {
  try {
    return texts.reduce<Limits>((before, text) => addBudget(text, before), {});
  } catch (error) {
    throw new ConfigurationError([`MLE_SMITH_BUDGET: ${(error as Error).message}`]);
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
