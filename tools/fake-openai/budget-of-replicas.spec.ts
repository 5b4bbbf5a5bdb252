import { MongoState, migrate } from '@mle-smith/adapter-mongo';
import { accountNames, AdaptiveLimit, DEPLOYMENT, spentOn, type CallPlace } from '@mle-smith/agent';
import { describeServer } from '@mle-smith/tools/testbed';
import { newName, withDatabase } from '../cluster/names.ts';
import { CALLERS, costOfOne, spendAll } from './testing/spend-all.ts';

const USAGE = { input: 40, output: 450 };
const LIMIT = 200_000;

const placeOf = (number: number): CallPlace => ({
  agent: 'designer',
  stage: 'design',
  subject: `task-${number % 5}`,
  dataset: 'orchard',
  generation: number,
});

await describeServer('two replicas, fifty callers, one budget', 'mongo', (server) => {
  it('spend no more than the budget, and the book is the ledger', async () => {
    const uri = withDatabase(server.address, newName());
    await migrate(uri);
    const replicas = await Promise.all([1, 2].map(() => MongoState.open(uri)));
    const [first, second] = replicas as [MongoState, MongoState];
    const limits = { deployment: { cost: LIMIT }, task: { cost: LIMIT / 4 } };
    try {
      const { ends, endpoint } = await spendAll({
        usage: USAGE,
        placeOf,
        of: (number) => {
          const { calls, budgets } = number % 2 === 0 ? first : second;
          return { store: calls, book: budgets, limits, concurrency: new AdaptiveLimit(CALLERS) };
        },
      });

      const [calls, cost] = [endpoint.calls.length, endpoint.calls.length * costOfOne(USAGE)];
      const records = await first.calls.list();
      const booked = await second.budgets.used(DEPLOYMENT);
      expect(new Set(ends)).toEqual(new Set(['budget_exceeded']));
      expect(cost).toBeLessThanOrEqual(LIMIT);
      expect(calls).toBeGreaterThan(10);
      expect(booked).toEqual({ cost, tokens: calls * (USAGE.input + USAGE.output) });
      expect(spentOn(records).usd).toBeCloseTo(booked.cost / 1_000_000, 9);
      for (const { place, at } of records)
        for (const name of accountNames(place, at)) {
          const own = records.filter((record) => accountNames(record.place, record.at).includes(name));
          expect((await second.budgets.used(name)).cost).toBe(own.length * costOfOne(USAGE));
        }
    } finally {
      await Promise.all(replicas.map((replica) => replica.close()));
    }
  });
});
