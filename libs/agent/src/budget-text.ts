import type { Limit } from './budget.ts';

const MICRO = 1_000_000;

/** A limit as `--budget` takes it; `scope` as in `ACCOUNTS`. */
export function budgetText(scope: string, { cost, tokens = 0 }: Limit): string {
  return `${scope === 'run' ? '' : `${scope}=`}${cost === undefined ? `${tokens}tokens` : `${cost / MICRO}usd`}`;
}

/** Millionths of a dollar in words, small amounts to the last of them. */
export function dollarsText(micro: number): string {
  const dollars = micro / MICRO;
  return `$${dollars.toFixed(dollars >= 1 ? 2 : dollars >= 0.01 || micro === 0 ? 3 : 6)}`;
}

/** Tokens in words. */
export function tokensText(tokens: number): string {
  return `${tokens.toLocaleString('en')} tokens`;
}
