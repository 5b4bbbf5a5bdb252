import { MODEL_FAULTS, MODEL_REFUSALS, type StageName } from '@mle-smith/contracts';
import { withSpan } from './attempt-span.ts';
import type { Log } from './log.ts';
import { GEN_AI, GEN_AI_METRICS, GEN_AI_OPERATION } from './gen-ai.ts';
import { OTHER, STAGES } from './metric-labels.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** A model as far as it is watched. */
export interface WatchedModel<Request, Reply extends WatchedReply> {
  readonly identity: { readonly model: string; readonly endpoint: string };
  complete(request: Request, signal: AbortSignal): Promise<Reply>;
}

export interface WatchedReply {
  readonly usage: { readonly input: number; readonly output: number };
}

/** A record of a call as far as it is counted. */
export interface WatchedCall {
  readonly identity: { readonly model: string };
  readonly place: { readonly stage: string };
  readonly usage: { readonly input: number; readonly output: number };
  /** Millionths of a dollar; null where the price is not known. */
  readonly cost: number | null;
}

/** A store of calls as far as it is watched. */
export interface WatchedCallStore<Call extends WatchedCall> {
  get(key: string): Promise<Call | undefined>;
  put(call: Call): Promise<void>;
}

/**
 * The same model, each of whose calls is timed, counted and a span, by the GenAI conventions; nothing of what is said to it or by it is told (platform
 * OB-6). `provider` is the `gen_ai.provider.name` of the endpoint. To be put round the endpoint itself, so that a call that is tried again counts again.
 */
export function observedModel<Request, Reply extends WatchedReply>(
  model: WatchedModel<Request, Reply>,
  metrics: ServiceMetrics,
  provider = 'openai',
): WatchedModel<Request, Reply> {
  const name = model.identity.model;
  const labels = { [GEN_AI.operation]: GEN_AI_OPERATION, [GEN_AI.provider]: provider, [GEN_AI.model]: name } as const;
  let running = 0;
  const run = (change: number): void => {
    running += change;
    metrics.set('mlesmith_llm_calls_running', running, { model: name });
  };
  const complete = async (request: Request, signal: AbortSignal): Promise<Reply> => {
    const began = performance.now();
    run(1);
    try {
      const reply = await withSpan('model_call', labels, async (span) => {
        const answer = await model.complete(request, signal);
        span.set({ [GEN_AI.inputTokens]: answer.usage.input, [GEN_AI.outputTokens]: answer.usage.output });
        return answer;
      });
      metrics.record(GEN_AI_METRICS.duration, secondsFrom(began), labels);
      metrics.record(GEN_AI_METRICS.tokens, reply.usage.input, { ...labels, [GEN_AI.tokenType]: 'input' });
      metrics.record(GEN_AI_METRICS.tokens, reply.usage.output, { ...labels, [GEN_AI.tokenType]: 'output' });
      return reply;
    } catch (error) {
      const code = (error as { code?: unknown } | undefined)?.code;
      const type = signal.aborted ? 'aborted' : (MODEL_FAULTS.find((fault) => fault === code) ?? OTHER);
      metrics.record(GEN_AI_METRICS.duration, secondsFrom(began), { ...labels, [GEN_AI.error]: type });
      throw error;
    } finally {
      run(-1);
    }
  };
  return { identity: model.identity, complete };
}

/** The same store of calls, which counts what calls cost and took and which answers were there already. */
export function observedCalls<Call extends WatchedCall, Store extends WatchedCallStore<Call>>(store: Store, metrics: ServiceMetrics): Store {
  const get = async (key: string): Promise<Call | undefined> => {
    const call = await store.get(key);
    if (call !== undefined) metrics.count('mlesmith_llm_cache_hits_total', labelsOf(call));
    return call;
  };
  const put = async (call: Call): Promise<void> => {
    await store.put(call);
    for (const type of ['input', 'output'] as const) metrics.count('mlesmith_llm_tokens_total', { ...labelsOf(call), type }, call.usage[type]);
    if (call.cost === null) metrics.count('mlesmith_llm_unpriced_calls_total', labelsOf(call));
    else metrics.count('mlesmith_llm_cost_usd_total', labelsOf(call), call.cost / 1_000_000);
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'get') return get;
      if (name === 'put') return put;
      const member: unknown = Reflect.get(target, name, target);
      // Bound to the store itself, whose private fields a proxy does not have.
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** What is told of calls on their way. */
export type WatchedModelNotice =
  | { readonly kind: 'called' }
  | { readonly kind: 'retried'; readonly reason: string }
  | { readonly kind: 'repaired'; readonly model: string; readonly place: { readonly stage: string } };

/** Who calls, as far as that is known at the start. */
export interface WatchedCallers {
  readonly models: readonly string[];
  readonly stages: readonly StageName[];
}

/** What is told by model and stage. */
const BY_CALLER = [
  'mlesmith_llm_cost_usd_total',
  'mlesmith_llm_unpriced_calls_total',
  'mlesmith_llm_cache_hits_total',
  'mlesmith_llm_schema_repairs_total',
] as const;

/** Counts calls that were tried again, and replies that went back for want of their form; what is counted of calls is shown as 0 at first, or the first call would be lost to whoever asks what it grew by. */
export function modelRecorder(metrics: ServiceMetrics, { models, stages }: WatchedCallers): (notice: WatchedModelNotice) => void {
  metrics.showZeroes(['mlesmith_llm_retries_total']);
  for (const model of models)
    for (const stage of stages) {
      for (const name of BY_CALLER) metrics.count(name, { model, stage }, 0);
      for (const type of ['input', 'output'] as const) metrics.count('mlesmith_llm_tokens_total', { model, stage, type }, 0);
    }
  return (notice) => {
    // What a call took is measured where it is made.
    if (notice.kind === 'called') return;
    if (notice.kind === 'retried') metrics.count('mlesmith_llm_retries_total', { reason: notice.reason as 'other' });
    else metrics.count('mlesmith_llm_schema_repairs_total', { model: notice.model, stage: notice.place.stage as StageName });
  };
}

/** An account with a limit, as far as it is shown. */
export interface WatchedAccount {
  readonly account: 'day' | 'deployment';
  /** Millionths of a dollar; undefined where the limit is in tokens. */
  readonly limit?: number | undefined;
  readonly used: () => Promise<number>;
  /** Whether it had no room for the last call. */
  readonly refuses: () => boolean;
}

/** Shows how many calls the endpoint takes at once, and what is left of budgets. */
export function observeCalls(metrics: ServiceMetrics, concurrency: { readonly limit: number }, accounts: readonly WatchedAccount[]): void {
  const inDollars = accounts.flatMap(({ account, limit, used }) => (limit === undefined ? [] : [{ account, limit, used }]));
  for (const { account, limit } of inDollars) metrics.set('mlesmith_llm_budget_limit_usd', limit / 1_000_000, { account });
  metrics.observe('mlesmith_llm_concurrency_limit', () => [{ value: concurrency.limit, labels: {} }]);
  metrics.observe('mlesmith_llm_budget_remaining_usd', () =>
    Promise.all(inDollars.map(async ({ account, limit, used }) => ({ value: Math.max(0, limit - (await used())) / 1_000_000, labels: { account } }))),
  );
  metrics.observe('mlesmith_llm_budget_refuses', () => accounts.map(({ account, refuses }) => ({ value: refuses() ? 1 : 0, labels: { account } })));
}

/** Shows whether the endpoint refuses every call, and why; `refusal` is the fault that it refuses with now. */
export function observeRefusal(metrics: ServiceMetrics, refusal: () => string | undefined): void {
  metrics.observe('mlesmith_llm_endpoint_refuses', () => MODEL_REFUSALS.map((reason) => ({ value: refusal() === reason ? 1 : 0, labels: { reason } })));
}

/** Counts and tells where rules decide in place of models. */
export function fallbackRecorder(
  metrics: ServiceMetrics,
  log: Pick<Log, 'write'>,
  stages: readonly StageName[],
): (stage: StageName, subject: string, reason: string) => void {
  for (const stage of stages) metrics.count('mlesmith_llm_fallbacks_total', { stage }, 0);
  return (stage, subject, reason) => {
    metrics.count('mlesmith_llm_fallbacks_total', { stage });
    log.write('stage.fell_back', { stage, subject, reason });
  };
}

function labelsOf({ identity, place }: WatchedCall): { model: string; stage: StageName } {
  // A probe is of no stage.
  return { model: identity.model, stage: STAGES.find((stage) => stage === place.stage) ?? (OTHER as StageName) };
}

function secondsFrom(began: number): number {
  return (performance.now() - began) / 1_000;
}
