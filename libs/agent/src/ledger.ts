import type { CallPlace, CallRecord } from './call-store.ts';

/** What calls came to. */
export interface Spent {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Dollars of the calls whose price is known. */
  readonly usd: number;
  /** Calls that are not in `usd`, since the price of their model is not known. */
  readonly unpriced: number;
}

const NOTHING: Spent = { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0, unpriced: 0 };

/** The sum of records. */
export function spentOn(records: readonly CallRecord[]): Spent {
  const micro = records.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
  const counted = records.reduce<Spent>(
    (sum, { usage, cost }) => ({
      ...sum,
      calls: sum.calls + 1,
      inputTokens: sum.inputTokens + usage.input,
      outputTokens: sum.outputTokens + usage.output,
      unpriced: sum.unpriced + (cost === null ? 1 : 0),
    }),
    NOTHING,
  );
  return { ...counted, usd: micro / 1_000_000 };
}

/** The sums of records by a part of their place. */
export function spentBy(records: readonly CallRecord[], part: keyof Omit<CallPlace, 'generation'>): Readonly<Record<string, Spent>> {
  const names = [...new Set(records.map(({ place }) => place[part]))].sort();
  return Object.fromEntries(names.map((name) => [name, spentOn(records.filter(({ place }) => place[part] === name))]));
}

/** A sum in words. */
export function spentText({ calls, inputTokens, outputTokens, usd, unpriced }: Spent): string {
  if (calls === 0) return 'no model calls';
  const money = unpriced === calls ? 'price unknown' : `$${usd.toFixed(4)}${unpriced === 0 ? '' : ` and ${unpriced} calls of unknown price`}`;
  return `${calls} model call${calls === 1 ? '' : 's'}, ${inputTokens} + ${outputTokens} tokens, ${money}`;
}
