import { accounted } from './accounted.ts';
import { LocalBudgetBook, type Account, type Amount, type BudgetBook, type Limit } from './budget.ts';
import { placeName, type CallPlace, type CallRecord, type CallStore } from './call-store.ts';
import { journaled } from './journal.ts';
import { limited, type AdaptiveLimit } from './limiter.ts';
import type { Model, ModelIdentity } from './model.ts';
import type { PriceTable } from './prices.ts';
import { DEFAULT_RETRY_BOUNDS, retrying, type RetryBounds } from './retry.ts';
import { REAL_TIME, type Waiting } from './waiting.ts';

/** What may be used up: by one call, one loop of an agent, one task, one dataset with its tasks, a day (UTC), and all in all. */
export interface Limits {
  readonly call?: Limit;
  readonly agent?: Limit;
  readonly task?: Limit;
  readonly dataset?: Limit;
  readonly day?: Limit;
  readonly deployment?: Limit;
}

export interface ModelsOptions {
  readonly identity: ModelIdentity;
  /** The endpoint; undefined in a replay. */
  readonly model: Model | undefined;
  /** Shared by all models of one endpoint. */
  readonly concurrency: AdaptiveLimit;
  readonly store: CallStore;
  readonly book: BudgetBook;
  readonly limits: Limits;
  readonly prices: PriceTable;
  readonly retries?: RetryBounds;
  readonly time?: Waiting;
}

/** The model as one agent sees it at one place: its answers are kept, its tries bounded, its calls paid for and only so many at once. */
export function modelAt(options: ModelsOptions, place: CallPlace): Model {
  const { identity, model, concurrency, store, book, limits, prices, retries = DEFAULT_RETRY_BOUNDS, time = REAL_TIME } = options;
  const accounts = accountsOf(place, limits, time.now());
  // A slot is held by a call alone: not while it waits to be tried again, and not before there is money for it.
  const asked =
    model === undefined
      ? undefined
      : retrying(accounted(limited(model, concurrency), { book, accounts, call: limits.call ?? {}, prices, store, place, time }), retries, time);
  return journaled({ identity, model: asked, store, place, prices, time });
}

/** Why limits in dollars cannot be kept; undefined where they can. An unknown price is not zero. */
export function unpriced(limits: Limits, prices: PriceTable, { model }: ModelIdentity): string | undefined {
  const [name] = Object.entries(limits).find(([, limit]: [string, Limit]) => limit.cost !== undefined) ?? [];
  return name === undefined || Object.hasOwn(prices, model)
    ? undefined
    : `the budget of ${name === 'deployment' ? 'the deployment' : `${name === 'agent' ? 'an' : 'a'} ${name}`} is in dollars, and the price of the model is not known [model=${model}]; add it to the price table, or give the budget in tokens`;
}

/** A book that holds what the calls of a store have used up; `alert` as in `LocalBudgetBook`. */
export function bookOf(records: readonly CallRecord[], alert?: (message: string) => void): LocalBudgetBook {
  const book = new LocalBudgetBook(alert);
  for (const { place, at, cost, usage } of records) {
    const taken: Amount = { cost, tokens: usage.input + usage.output };
    for (const name of accountNames(place, at)) book.add(name, taken);
  }
  return book;
}

function accountsOf(place: CallPlace, limits: Limits, now: number): Account[] {
  const [deployment = '', day = '', dataset = '', agent = '', task] = accountNames(place, now);
  const named: readonly (readonly [string | undefined, Limit | undefined])[] = [
    [deployment, limits.deployment],
    [day, limits.day],
    [dataset, limits.dataset],
    [agent, limits.agent],
    [task, limits.task],
  ];
  return named.flatMap(([name, limit]) => (name === undefined ? [] : [{ name, limit: limit ?? {} }]));
}

/** The accounts that a call at a place is booked in; the last is there for tasks alone. */
function accountNames(place: CallPlace, at: number): string[] {
  const { subject, dataset } = place;
  const day = new Date(at).toISOString().slice(0, 10);
  return [
    'the deployment',
    `the day ${day}`,
    `the dataset ${dataset}`,
    `the agent ${placeName(place)}`,
    ...(subject === dataset ? [] : [`the task ${subject}`]),
  ];
}
