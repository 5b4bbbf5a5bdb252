import { randomUUID } from 'node:crypto';
import { withoutRoom, type Account, type Amount, type BudgetBook, type Limit } from './budget.ts';
import { partsOf } from './call-key.ts';
import type { CallPlace, CallStore } from './call-store.ts';
import { ModelError } from './model-error.ts';
import type { Model, ModelRequest, Usage } from './model.ts';
import { costOf, type PriceTable } from './prices.ts';
import type { Waiting } from './waiting.ts';

/** No tokenizer makes more than one token of two bytes of ordinary text; what is set aside is the most that a call may take. */
const BYTES_A_TOKEN = 2;
const NOTHING: Amount = { cost: 0, tokens: 0 };

export interface Accounting {
  readonly book: BudgetBook;
  readonly accounts: readonly Account[];
  /** The most that one call may take. */
  readonly call: Limit;
  readonly prices: PriceTable;
  readonly store: CallStore;
  readonly place: CallPlace;
  readonly time: Waiting;
}

/**
 * A model whose calls are paid from budgets: the most that a call may take is set aside before it, and what it took is booked after it.
 * Replies that are none but were counted by the endpoint are kept as records. Throws `BudgetExceededError` before a call for which there is no room.
 */
export function accounted(model: Model, { book, accounts, call, prices, store, place, time }: Accounting): Model {
  const { identity } = model;
  const amountOf = (usage: Pick<Usage, 'input' | 'output'>): Amount => ({ cost: costOf(prices, identity.model, usage), tokens: usage.input + usage.output });
  return {
    identity,
    async complete(request, signal) {
      const most = amountOf(mostOf(request));
      const refusal = withoutRoom({ name: 'one call', limit: call, scope: 'call' }, { cost: 0, tokens: 0 }, most);
      if (refusal !== undefined) throw refusal;
      const reservation = await book.reserve(accounts, most);
      // Booked before it is kept: what the store of calls holds is never missing in the book.
      const failed = async (error: unknown): Promise<never> => {
        const usage = error instanceof ModelError ? error.usage : undefined;
        const taken = usage === undefined ? NOTHING : amountOf(usage);
        await book.settle(reservation, taken);
        if (usage !== undefined) {
          const { code } = error as ModelError;
          const key = `failed-${randomUUID()}`;
          await store.put({ key, place, number: 0, identity, request: partsOf(request), outcome: code, usage, cost: taken.cost, at: time.now() });
        }
        throw error;
      };
      const reply = await model.complete(request, signal).catch(failed);
      await book.settle(reservation, amountOf(reply.usage));
      return reply;
    },
  };
}

/** The most tokens that a call may take. */
function mostOf({ messages, tools, format, maxTokens }: ModelRequest): { input: number; output: number } {
  const bytes = Buffer.byteLength(JSON.stringify([messages, tools ?? [], format ?? {}]));
  return { input: Math.ceil(bytes / BYTES_A_TOKEN), output: maxTokens };
}
