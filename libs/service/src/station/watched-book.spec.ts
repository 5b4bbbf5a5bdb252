import { LocalBudgetBook } from '@mle-smith/agent';
import { WatchedBook } from './watched-book.ts';

const DAY = { name: 'the day 2026-11-30', limit: { tokens: 100 } };
const TASK = { name: 'the task cars--mpg', limit: { tokens: 50 } };
const tokens = (count: number) => ({ cost: null, tokens: count });

describe('a watched book of budgets', () => {
  it('says that an account refuses from the first call without room until one has room again, although something is left', async () => {
    const book = new WatchedBook(new LocalBudgetBook(), () => [DAY.name]);
    const first = await book.reserve([DAY], tokens(80));
    expect(book.refuses(DAY.name)).toBe(false);

    await expect(book.reserve([DAY], tokens(30))).rejects.toMatchObject({ code: 'budget_exceeded' });
    expect(book.refuses(DAY.name)).toBe(true);

    await book.settle(first, tokens(10));
    expect(book.refuses(DAY.name)).toBe(true);
    await book.reserve([DAY], tokens(30));
    expect(book.refuses(DAY.name)).toBe(false);
    expect(await book.used(DAY.name)).toMatchObject({ tokens: 40 });
  });

  it('keeps nothing of accounts that nobody watches', async () => {
    const book = new WatchedBook(new LocalBudgetBook(), () => [DAY.name]);

    await expect(book.reserve([DAY, TASK], tokens(60))).rejects.toMatchObject({ account: TASK.name });

    expect([book.refuses(DAY.name), book.refuses(TASK.name)]).toEqual([false, false]);
  });
});
