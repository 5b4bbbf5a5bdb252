import type { Limits } from '@mle-smith/agent';
import { InvalidArgumentError } from 'commander';

/** Whose budget it is, by its name in the option. */
const SCOPES = {
  run: 'deployment',
  day: 'day',
  dataset: 'dataset',
  task: 'task',
  agent: 'agent',
  call: 'call',
} as const satisfies Readonly<Record<string, keyof Limits>>;
const MICRO = 1_000_000;

/**
 * Adds one `--budget`, `[SCOPE=]AMOUNTusd` or `[SCOPE=]AMOUNTtokens`, to those before it; without a scope it is that of the run directory.
 * Throws `InvalidArgumentError`.
 */
export function addBudget(text: string, before: Limits = {}): Limits {
  const { scope = 'run', amount, unit } = /^(?:(?<scope>[a-z]+)=)?(?<amount>\d+(?:\.\d+)?(?:e\d+)?)(?<unit>usd|tokens)$/i.exec(text.trim())?.groups ?? {};
  const most = Number(amount) * (unit?.toLowerCase() === 'usd' ? MICRO : 1);
  if (unit === undefined || !Object.hasOwn(SCOPES, scope) || !(most >= 1) || most > Number.MAX_SAFE_INTEGER)
    throw new InvalidArgumentError(`A budget reads 5usd or task=1.50usd or day=2000000tokens, for ${Object.keys(SCOPES).join(', ')}.`);
  const name = SCOPES[scope as keyof typeof SCOPES];
  return { ...before, [name]: { ...before[name], [unit.toLowerCase() === 'usd' ? 'cost' : 'tokens']: Math.floor(most) } };
}
