import { randomUUID } from 'node:crypto';
import { BudgetAlert, withoutRoom, type Account, type Amount, type BudgetBook, type Reservation, type Used } from './budget.ts';

/** The book of one process, which begins with what was used up before. */
export class LocalBudgetBook implements BudgetBook {
  readonly #used = new Map<string, Used>();
  readonly #open = new Set<string>();
  readonly #alert: BudgetAlert;

  /** `alert` is told once of each account that has used up most of its budget. */
  constructor(alert?: (message: string) => void) {
    this.#alert = new BudgetAlert(alert);
  }

  /** Accounts that are kept: those with a limit. */
  get size(): number {
    return this.#used.size;
  }

  /** Books what was used up before. */
  add(account: Account, { cost, tokens }: Amount): void {
    if (!isBounded(account)) return;
    const used = this.#of(account.name);
    this.#used.set(account.name, { cost: used.cost + (cost ?? 0), tokens: used.tokens + tokens });
  }

  // Not async before the amounts are booked: two callers never see the same room.
  reserve(accounts: readonly Account[], amount: Amount): Promise<Reservation> {
    for (const account of accounts) {
      const refusal = withoutRoom(account, this.#of(account.name), amount);
      if (refusal !== undefined) return Promise.reject(refusal);
    }
    for (const account of accounts) this.add(account, amount);
    const id = randomUUID();
    this.#open.add(id);
    return Promise.resolve({ id, accounts, amount });
  }

  settle({ id, accounts, amount }: Reservation, taken: Amount): Promise<void> {
    if (!this.#open.delete(id)) return Promise.resolve();
    for (const account of accounts) {
      this.add(account, { cost: (taken.cost ?? 0) - (amount.cost ?? 0), tokens: taken.tokens - amount.tokens });
      this.#alert.watch(account, this.#of(account.name));
    }
    return Promise.resolve();
  }

  used(account: string): Promise<Used> {
    return Promise.resolve(this.#of(account));
  }

  #of(account: string): Used {
    return this.#used.get(account) ?? { cost: 0, tokens: 0 };
  }
}

/** Nobody asks what an account without a limit has used up, and there is one for each task and agent. */
function isBounded({ limit }: Account): boolean {
  return limit.cost !== undefined || limit.tokens !== undefined;
}
