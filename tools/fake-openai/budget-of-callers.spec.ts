import { LocalBudgetBook, spentOn } from '@mle-smith/agent';
import { InMemoryCallStore } from '@mle-smith/agent/testing';
import { CALLERS, costOfOne, spendAll } from './testing/spend-all.ts';

const DOLLAR = 1_000_000;

/** Platform LL-5. */
describe('fifty callers on a budget of one dollar', () => {
  it.each([
    ['nothing more', { input: 40, output: 450 }, 0],
    // A server that puts its own words before a prompt counts more than what was set aside.
    ['at most one call each', { input: 900, output: 450 }, CALLERS],
  ])('spend it and %s, and the ledger is the count of the server', async (_, usage, more) => {
    const shared = { store: new InMemoryCallStore(), book: new LocalBudgetBook(), limits: { deployment: { cost: DOLLAR } } };

    const { ends, endpoint } = await spendAll({
      usage,
      placeOf: (number) => ({ agent: 'designer', stage: 'design', subject: `task-${number}`, dataset: 'orchard', generation: 1 }),
      of: () => shared,
    });

    const spent = spentOn(await shared.store.list());
    const cost = endpoint.calls.length * costOfOne(usage);
    expect(new Set(ends)).toEqual(new Set(['budget_exceeded']));
    expect(endpoint.mostAtOnce()).toBeGreaterThan(10);
    expect({ calls: spent.calls, input: spent.inputTokens, output: spent.outputTokens }).toEqual({ calls: endpoint.calls.length, ...endpoint.counted() });
    expect(spent.usd).toBeCloseTo(cost / DOLLAR, 6);
    expect(cost).toBeLessThanOrEqual(DOLLAR + more * costOfOne(usage));
    // A caller gives up where the most that its call may take has no room, with others' calls on their way.
    expect(cost).toBeGreaterThan(DOLLAR / 2);
  });
});
