import { accountNames, takenBy, type CallSpent } from '@mle-smith/agent';
import type { Collections } from './schema.ts';

const AT_ONCE = 500;

/** Writes the book of a database whose calls are older than the book. What is booked already stays. */
export async function beginBudgets({ budgets }: Pick<Collections, 'budgets'>, calls: AsyncIterable<CallSpent>): Promise<void> {
  const used = new Map<string, { cost: number; tokens: number }>();
  for await (const call of calls) {
    const taken = takenBy(call);
    for (const name of accountNames(call.place, call.at)) {
      const before = used.get(name) ?? { cost: 0, tokens: 0 };
      used.set(name, { cost: before.cost + (taken.cost ?? 0), tokens: before.tokens + taken.tokens });
    }
  }
  const entries = [...used];
  for (let from = 0; from < entries.length; from += AT_ONCE)
    await budgets.bulkWrite(
      entries.slice(from, from + AT_ONCE).map(([_id, amount]) => ({
        updateOne: { filter: { _id }, update: { $setOnInsert: { ...amount, holds: [] } }, upsert: true },
      })),
    );
}
