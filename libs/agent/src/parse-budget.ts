import { ACCOUNTS, type Limits } from './accounts.ts';

/** Whose budget it is, by its name in the text. */
const SCOPES: ReadonlyMap<string, keyof Limits> = new Map([
  ...Object.entries(ACCOUNTS).map(([kind, { scope }]) => [scope, kind as keyof Limits] as const),
  ['call', 'call'] as const,
]);
const MICRO = 1_000_000;

/** A text that is no budget. */
export class BudgetTextError extends Error {
  readonly code = 'configuration';
  constructor() {
    super(`A budget reads 5usd or task=1.50usd or day=2000000tokens, for ${[...SCOPES.keys()].join(', ')}.`);
    this.name = new.target.name;
  }
}

/**
 * Adds a budget, `[SCOPE=]AMOUNTusd` or `[SCOPE=]AMOUNTtokens`, to those before it; without a scope it is that of all
 * calls. Throws `BudgetTextError`.
 */
export function addBudget(text: string, before: Limits = {}): Limits {
  const { scope = 'run', amount, unit } = /^(?:(?<scope>[a-z]+)=)?(?<amount>\d+(?:\.\d+)?(?:e\d+)?)(?<unit>usd|tokens)$/i.exec(text.trim())?.groups ?? {};
  const most = Number(amount) * (unit?.toLowerCase() === 'usd' ? MICRO : 1);
  const name = SCOPES.get(scope);
  if (unit === undefined || name === undefined || !(most >= 1) || most > Number.MAX_SAFE_INTEGER) throw new BudgetTextError();
  return { ...before, [name]: { ...before[name], [unit.toLowerCase() === 'usd' ? 'cost' : 'tokens']: Math.floor(most) } };
}
