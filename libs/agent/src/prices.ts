import { z } from 'zod';
import type { Usage } from './model.ts';

/** Dollars for a million tokens, by the model's name. */
export const PriceTable = z.record(z.string(), z.strictObject({ input: z.number().min(0), output: z.number().min(0) }));
export type PriceTable = z.infer<typeof PriceTable>;

/** What a usage costs in millionths of a dollar, rounded up; null where the price of the model is not known (platform LL-5). */
export function costOf(prices: PriceTable, model: string, { input, output }: Pick<Usage, 'input' | 'output'>): number | null {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  return price === undefined ? null : Math.ceil(input * price.input + output * price.output);
}
