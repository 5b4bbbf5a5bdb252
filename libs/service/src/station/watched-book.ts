import { BudgetExceededError, type Account, type Amount, type BudgetBook, type Reservation, type Used } from '@mle-smith/agent';

/** The same book of budgets, which remembers what accounts of some names had no room for the last call that asked for it. */
export class WatchedBook implements BudgetBook {
  readonly #book: BudgetBook;
  readonly #names: () => readonly string[];
  readonly #refusing = new Set<string>();

  /** `names`: the accounts that are watched, as they are called now. */
  constructor(book: BudgetBook, names: () => readonly string[]) {
    this.#book = book;
    this.#names = names;
  }

  /** Whether an account had no room for the last call of this process. */
  refuses(name: string): boolean {
    return this.#refusing.has(name);
  }

  async reserve(accounts: readonly Account[], amount: Amount): Promise<Reservation> {
    try {
      const reservation = await this.#book.reserve(accounts, amount);
      for (const { name } of accounts) this.#refusing.delete(name);
      return reservation;
    } catch (error) {
      if (error instanceof BudgetExceededError && this.#names().includes(error.account)) this.#refusing.add(error.account);
      throw error;
    }
  }

  settle(reservation: Reservation, taken: Amount): Promise<void> {
    return this.#book.settle(reservation, taken);
  }

  used(account: string): Promise<Used> {
    return this.#book.used(account);
  }
}
