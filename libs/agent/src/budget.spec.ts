import fc from 'fast-check';
import { BudgetExceededError, LocalBudgetBook, withoutRoom, type Account } from './budget.ts';

const TASK: Account = { name: 'the task cars--mpg', limit: { cost: 1_000_000 } };
const RUN: Account = { name: 'the deployment', limit: { tokens: 100_000 } };

describe('a budget', () => {
  it('lets fifty callers at once overspend by nothing', async () => {
    const book = new LocalBudgetBook();
    let spent = 0;
    const caller = async (): Promise<void> => {
      for (;;) {
        const reservation = await book.reserve([TASK], { cost: 3_000, tokens: 0 });
        await Promise.resolve();
        spent += 2_500;
        await book.settle(reservation, { cost: 2_500, tokens: 0 });
      }
    };

    const ends = await Promise.allSettled(Array.from({ length: 50 }, caller));

    expect(ends.every((end) => end.status === 'rejected' && end.reason instanceof BudgetExceededError)).toBe(true);
    expect(spent).toBeLessThanOrEqual(1_000_000);
    expect(spent).toBeGreaterThan(1_000_000 - 3_000 - 2_500);
  });

  it('tells once that most of it is used up', async () => {
    const told: string[] = [];
    const book = new LocalBudgetBook((message) => told.push(message));
    const call = async (cost: number): Promise<void> => book.settle(await book.reserve([TASK, RUN], { cost: 100_000, tokens: 0 }), { cost, tokens: 0 });

    await call(790_000);
    expect(told).toEqual([]);
    await call(20_000);
    await call(20_000);

    expect(told).toEqual(['81 % of the budget of the task cars--mpg is used up or set aside']);
  });

  it('sets aside in every account or in none', async () => {
    const book = new LocalBudgetBook();
    book.add(RUN, { cost: 0, tokens: 99_000 });

    await expect(book.reserve([TASK, RUN], { cost: 900_000, tokens: 5_000 })).rejects.toThrow(
      'the budget of the deployment has 1,000 tokens left for the next call, which may take 5,000 tokens; raise it',
    );
    await expect(book.reserve([TASK], { cost: 900_000, tokens: 0 })).resolves.toBeDefined();
  });

  it.each<[Account, string | undefined]>([
    [
      { name: 'the deployment', scope: 'run', limit: { cost: 90_000 } },
      'the budget 0.09usd has $0.081 left for the next call, which may take $0.169; raise it',
    ],
    [
      { name: 'the task a', scope: 'task', limit: { tokens: 20_000 } },
      'the budget task=20000tokens has 19,000 tokens left for the next call, which may take 20,000 tokens; raise it',
    ],
    [{ name: 'the deployment', scope: 'run', limit: { cost: 1_000_000 } }, undefined],
  ])('%j is told as it was given, in its own unit', (account, said) => {
    expect(withoutRoom(account, { cost: 8_894, tokens: 1_000 }, { cost: 169_023, tokens: 20_000 })?.message).toBe(said);
  });

  it('counts tokens where the price is not known', async () => {
    const book = new LocalBudgetBook();
    await book.reserve([RUN], { cost: null, tokens: 60_000 });

    await expect(book.reserve([RUN], { cost: null, tokens: 60_000 })).rejects.toMatchObject({ code: 'budget_exceeded', account: 'the deployment' });
  });

  it('has room for what was not taken, whatever the order of calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ most: fc.nat(500), share: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 40 }), async (calls) => {
        const book = new LocalBudgetBook();
        const account: Account = { name: 'a', limit: { tokens: 10_000 } };
        let taken = 0;
        for (const { most, share } of calls) {
          const reservation = await book.reserve([account], { cost: null, tokens: most }).catch(() => undefined);
          if (reservation === undefined) return expect(taken + most).toBeGreaterThan(10_000);
          const tokens = Math.floor(most * share);
          taken += tokens;
          await book.settle(reservation, { cost: null, tokens });
        }
        return expect(taken).toBeLessThanOrEqual(10_000);
      }),
    );
  });
});
