import { accounted } from './accounted.ts';
import { accountsOf, takenBy, type Limits } from './accounts.ts';
import { agentAt, type AgentName } from './agents.ts';
import { told } from './call-event.ts';
import type { BudgetBook } from './budget.ts';
import type { CallPlace, CallSpent, CallStore } from './call-store.ts';
import { journaled } from './journal.ts';
import { limited, type AdaptiveLimit } from './limiter.ts';
import { LocalBudgetBook } from './local-budget-book.ts';
import { watched, type ModelNotice } from './model-notice.ts';
import type { Model, ModelIdentity } from './model.ts';
import type { PriceTable } from './prices.ts';
import { DEFAULT_RETRY_BOUNDS, retrying, type RetryBounds } from './retry.ts';
import { REAL_TIME, type Waiting } from './waiting.ts';

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
  /** Most tokens of one reply, whatever an agent asks for. */
  readonly replyTokens?: number | undefined;
  /** Agents with a model of their own at the same endpoint. */
  readonly ofAgents?: Readonly<Partial<Record<AgentName, Pick<ModelsOptions, 'identity' | 'model'>>>>;
  /** Told what a call comes to on its way. */
  readonly onNotice?: (notice: ModelNotice) => void;
}

/** The model as one agent sees it at one place: its answers are kept, its tries bounded, its calls paid for and only so many at once. */
export function modelAt(options: ModelsOptions, place: CallPlace): Model {
  const { concurrency, store, book, limits, prices, retries = DEFAULT_RETRY_BOUNDS, time = REAL_TIME, replyTokens, onNotice = () => undefined } = options;
  const agent = agentAt(place.agent);
  const { identity, model } = (agent === undefined ? undefined : options.ofAgents?.[agent]) ?? options;
  const accounts = accountsOf(place, time.now(), limits);
  // A slot is held by a call alone: not while it waits to be tried again, and not before there is money for it.
  const paid = (endpoint: Model): Model =>
    accounted(limited(told(endpoint, place, prices, onNotice), concurrency), { book, accounts, call: limits.call ?? {}, prices, store, place, time });
  const tried = (endpoint: Model): Model => retrying(paid(endpoint), retries, time, (reason) => onNotice({ kind: 'retried', reason }));
  const asked = model === undefined ? undefined : watched(tried(model), place, onNotice);
  const kept = journaled({ identity, model: asked, store, place, prices, time });
  return replyTokens === undefined ? kept : { identity, complete: (request, signal) => kept.complete({ ...request, maxTokens: replyTokens }, signal) };
}

/** A book that holds what calls have used up of limits; `alert` as in `LocalBudgetBook`. */
export async function bookOf(
  calls: AsyncIterable<CallSpent> | Iterable<CallSpent>,
  { limits, prices }: { readonly limits: Limits; readonly prices: PriceTable },
  alert?: (message: string) => void,
): Promise<LocalBudgetBook> {
  const book = new LocalBudgetBook(alert);
  for await (const call of calls) for (const account of accountsOf(call.place, call.at, limits)) book.add(account, takenBy(call, prices));
  return book;
}
