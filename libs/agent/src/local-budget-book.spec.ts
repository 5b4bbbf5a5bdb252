import { LocalBudgetBook } from './local-budget-book.ts';
import { budgetBookContract } from './testing/index.ts';

budgetBookContract('LocalBudgetBook', async () => {
  let book: LocalBudgetBook | undefined;
  return { open: async (alert) => (book ??= new LocalBudgetBook(alert)) };
});
