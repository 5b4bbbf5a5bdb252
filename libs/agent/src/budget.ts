import { budgetText, dollarsText, tokensText } from './budget-text.ts';

/** What calls may use up: millionths of a dollar and tokens, or either. */
export interface Limit {
  readonly cost?: number;
  readonly tokens?: number;
}

/** Something that has a budget: a task, a dataset, a day, the whole deployment. */
export interface Account {
  readonly name: string;
  readonly limit: Limit;
  /** Whose it is in the text of a budget, for messages: `task`. */
  readonly scope?: string;
}

/** An amount of both. `cost` is null where the price is not known: then tokens alone count. */
export interface Amount {
  readonly cost: number | null;
  readonly tokens: number;
}

/** What is set aside for one call. */
export interface Reservation {
  readonly accounts: readonly Account[];
  readonly amount: Amount;
}

/** A budget has no room for one more call. */
export class BudgetExceededError extends Error {
  override readonly name = 'BudgetExceededError';
  readonly code = 'budget_exceeded';
  readonly account: string;
  constructor(account: string, message: string) {
    super(message);
    this.account = account;
  }
}

/** Why an account has no room for an amount beside what is used up and set aside; undefined where it has. For books of every kind. */
export function withoutRoom({ name, limit, scope }: Account, used: Amount, asked: Amount): BudgetExceededError | undefined {
  const over = (
    [
      ['cost', dollarsText],
      ['tokens', tokensText],
    ] as const
  )
    .map(([unit, text]) => ({ unit, text, most: limit[unit] ?? Infinity, room: (limit[unit] ?? Infinity) - (used[unit] ?? 0), asked: asked[unit] ?? 0 }))
    .find((one) => one.asked > one.room);
  if (over === undefined) return undefined;
  const budget = scope === undefined ? `of ${name}` : budgetText(scope, { [over.unit]: over.most });
  const left = over.room === over.most ? 'no room' : `${over.text(Math.max(0, over.room))} left`;
  return new BudgetExceededError(name, `the budget ${budget} has ${left} for the next call, which may take ${over.text(over.asked)}; raise it`);
}

/** Keeps what is used up and set aside; shared by all who call. */
export interface BudgetBook {
  /** Sets an amount aside in every account, or in none. Throws `BudgetExceededError`. */
  reserve(accounts: readonly Account[], amount: Amount): Promise<Reservation>;
  /** Replaces what was set aside by what the call took. */
  settle(reservation: Reservation, taken: Amount): Promise<void>;
}

/** The share of a budget at which somebody is told (platform LL-5). */
const ALERT = 0.8;

/** The book of one process, which begins with what was used up before. */
export class LocalBudgetBook implements BudgetBook {
  readonly #used = new Map<string, { cost: number; tokens: number }>();
  readonly #alerted = new Set<string>();
  readonly #alert: (message: string) => void;

  /** `alert` is told once of each account that has used up most of its budget. */
  constructor(alert: (message: string) => void = () => undefined) {
    this.#alert = alert;
  }

  /** Accounts that are kept: those with a limit. */
  get size(): number {
    return this.#used.size;
  }

  /** Books what was used up before. */
  add(account: Account, { cost, tokens }: Amount): void {
    if (!isBounded(account)) return;
    const used = this.#of(account.name);
    used.cost += cost ?? 0;
    used.tokens += tokens;
    this.#used.set(account.name, used);
  }

  // Not async before the amounts are booked: two callers never see the same room.
  reserve(accounts: readonly Account[], amount: Amount): Promise<Reservation> {
    for (const account of accounts) {
      const refusal = withoutRoom(account, this.#of(account.name), amount);
      if (refusal !== undefined) return Promise.reject(refusal);
    }
    for (const account of accounts) this.add(account, amount);
    return Promise.resolve({ accounts, amount });
  }

  settle({ accounts, amount }: Reservation, taken: Amount): Promise<void> {
    for (const account of accounts) {
      this.add(account, { cost: (taken.cost ?? 0) - (amount.cost ?? 0), tokens: taken.tokens - amount.tokens });
      this.#watch(account);
    }
    return Promise.resolve();
  }

  #watch({ name, limit, scope }: Account): void {
    const used = this.#of(name);
    const [ofCost, ofTokens] = [used.cost / (limit.cost ?? Infinity), used.tokens / (limit.tokens ?? Infinity)];
    const share = Math.max(ofCost, ofTokens);
    if (share < ALERT || this.#alerted.has(name)) return;
    this.#alerted.add(name);
    const given = scope === undefined ? '' : ` (${budgetText(scope, ofCost === share ? { cost: limit.cost ?? 0 } : { tokens: limit.tokens ?? 0 })})`;
    this.#alert(`${Math.round(share * 100)} % of the budget of ${name}${given} is used up or set aside`);
  }

  #of(account: string): { cost: number; tokens: number } {
    return this.#used.get(account) ?? { cost: 0, tokens: 0 };
  }
}

/** Nobody asks what an account without a limit has used up, and there is one for each task and agent. */
function isBounded({ limit }: Account): boolean {
  return limit.cost !== undefined || limit.tokens !== undefined;
}
