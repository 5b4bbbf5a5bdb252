import fc from 'fast-check';
import type { Account, BudgetBook } from '../budget.ts';

const TASK: Account = { name: 'the task cars--mpg', limit: { cost: 1_000_000 } };
const RUN: Account = { name: 'the deployment', limit: { tokens: 100_000 } };
const CALLERS = 50;

export interface BudgetBookUnderTest {
  /** Opens the same book, as another process would where processes can share it. */
  readonly open: (alert?: (message: string) => void) => Promise<BudgetBook>;
  readonly tearDown?: () => Promise<void>;
}

/** What every BudgetBook keeps to. `runs`: sequences of calls that are tried. */
export function budgetBookContract(name: string, setUp: () => Promise<BudgetBookUnderTest>, { runs = 100 }: { readonly runs?: number } = {}): void {
  describe(`${name} as a budget book`, () => {
    let around: BudgetBookUnderTest;
    beforeEach(async () => void (around = await setUp()));
    afterEach(() => around.tearDown?.());

    it('lets fifty callers at once, over two who opened it, overspend by nothing', async () => {
      const books = [await around.open(), await around.open()] as const;
      const limited = { ...TASK, limit: { cost: 200_000 } };
      let spent = 0;
      const caller = async (number: number): Promise<void> => {
        const book = books[number % 2 === 0 ? 0 : 1];
        for (;;) {
          const reservation = await book.reserve([RUN, limited], { cost: 3_000, tokens: 10 });
          await Promise.resolve();
          spent += 2_500;
          await book.settle(reservation, { cost: 2_500, tokens: 8 });
        }
      };

      const ends = await Promise.allSettled(Array.from({ length: CALLERS }, (_, number) => caller(number)));

      expect(ends.map((end) => (end.status === 'rejected' ? (end.reason as { code?: string }).code : end))).toEqual(ends.map(() => 'budget_exceeded'));
      expect(spent).toBeLessThanOrEqual(200_000);
      // A caller gives up where the most that its call may take has no room, with others' calls on their way.
      expect(spent).toBeGreaterThan(200_000 - CALLERS * 3_000);
      expect(await books[0].used(TASK.name)).toEqual({ cost: spent, tokens: (spent / 2_500) * 8 });
      expect(await books[1].used(RUN.name)).toEqual({ cost: spent, tokens: (spent / 2_500) * 8 });
    });

    it('tells once that most of it is used up', async () => {
      const told: string[] = [];
      const book = await around.open((message) => told.push(message));
      const call = async (cost: number): Promise<void> => book.settle(await book.reserve([RUN, TASK], { cost: 100_000, tokens: 0 }), { cost, tokens: 0 });

      await call(790_000);
      expect(told).toEqual([]);
      await call(20_000);
      await call(20_000);

      expect(told).toEqual(['81 % of the budget of the task cars--mpg is used up or set aside']);
    });

    it('sets aside in every account or in none', async () => {
      const book = await around.open();
      await book.settle(await book.reserve([RUN], { cost: 0, tokens: 99_000 }), { cost: 0, tokens: 99_000 });

      await expect(book.reserve([RUN, TASK], { cost: 900_000, tokens: 5_000 })).rejects.toThrow(
        'the budget of the deployment has 1,000 tokens left for the next call, which may take 5,000 tokens; raise it',
      );

      expect(await book.used(TASK.name)).toEqual({ cost: 0, tokens: 0 });
      await expect(book.reserve([TASK], { cost: 900_000, tokens: 0 })).resolves.toBeDefined();
    });

    it('counts tokens where the price is not known', async () => {
      const book = await around.open();
      await book.reserve([RUN], { cost: null, tokens: 60_000 });

      await expect(book.reserve([RUN], { cost: null, tokens: 60_000 })).rejects.toMatchObject({ code: 'budget_exceeded', account: 'the deployment' });
    });

    it('books a call once, however often it is told', async () => {
      const book = await around.open();
      const reservation = await book.reserve([TASK], { cost: 5, tokens: 50 });
      const set = await book.used(TASK.name);

      await book.settle(reservation, { cost: 3, tokens: 30 });
      await book.settle(reservation, { cost: 3, tokens: 30 });

      expect(set).toEqual({ cost: 5, tokens: 50 });
      expect(await book.used(TASK.name)).toEqual({ cost: 3, tokens: 30 });
    });

    it('has room for what was not taken, whatever the order of calls', async () => {
      const call = fc.record({ most: fc.nat(500), share: fc.double({ min: 0, max: 1, noNaN: true }) });
      let number = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(call, { maxLength: 40 }), async (calls) => {
          const book = await around.open();
          const account: Account = { name: `account ${(number += 1)}`, limit: { tokens: 10_000 } };
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
        { numRuns: runs },
      );
    });
  });
}
