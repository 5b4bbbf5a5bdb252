import type { Limits } from './models.ts';

/** Whose budget it is, by its name in the text. */
const SCOPES = {
  run: 'deployment',
  day: 'day',
  dataset: 'dataset',
  task: 'task',
  agent: 'agent',
  call: 'call',
} as const satisfies Readonly<Record<string, keyof Limits>>;
const MICRO = 1_000_000;

/** A text that is no budget. */
export class BudgetTextError extends Error {
  readonly code = 'configuration';
  constructor() {
    super(`A budget reads 5usd or task=1.50usd or day=2000000tokens, for ${Object.keys(SCOPES).join(', ')}.`);
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
  if (unit === undefined || !Object.hasOwn(SCOPES, scope) || !(most >= 1) || most > Number.MAX_SAFE_INTEGER) throw new BudgetTextError();
  const name = SCOPES[scope as keyof typeof SCOPES];
  return { ...before, [name]: { ...before[name], [unit.toLowerCase() === 'usd' ? 'cost' : 'tokens']: Math.floor(most) } };
}
