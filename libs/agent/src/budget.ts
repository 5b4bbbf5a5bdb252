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
  readonly id: string;
  readonly accounts: readonly Account[];
  readonly amount: Amount;
}

/** What an account has used up and set aside. */
export interface Used {
  readonly cost: number;
  readonly tokens: number;
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
  /** Sets an amount aside in every account, the widest first, or in none. Throws `BudgetExceededError`. */
  reserve(accounts: readonly Account[], amount: Amount): Promise<Reservation>;
  /** Replaces what was set aside by what the call took; once, however often it is told. */
  settle(reservation: Reservation, taken: Amount): Promise<void>;
  /** What an account that has a limit has used up and set aside. */
  used(account: string): Promise<Used>;
}

/** The share of a budget at which somebody is told (platform LL-5). */
const ALERT = 0.8;

/** Tells once of each account that has used up most of its budget. */
export class BudgetAlert {
  readonly #told = new Set<string>();
  readonly #tell: (message: string) => void;

  constructor(tell: (message: string) => void = () => undefined) {
    this.#tell = tell;
  }

  watch({ name, limit, scope }: Account, used: Used): void {
    const [ofCost, ofTokens] = [used.cost / (limit.cost ?? Infinity), used.tokens / (limit.tokens ?? Infinity)];
    const share = Math.max(ofCost, ofTokens);
    if (share < ALERT || this.#told.has(name)) return;
    this.#told.add(name);
    const given = scope === undefined ? '' : ` (${budgetText(scope, ofCost === share ? { cost: limit.cost ?? 0 } : { tokens: limit.tokens ?? 0 })})`;
    this.#tell(`${Math.round(share * 100)} % of the budget of ${name}${given} is used up or set aside`);
  }
}
