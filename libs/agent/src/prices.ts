import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Usage } from './model.ts';

/** Dollars for a million tokens, by the model's name. */
export const PriceTable = z.record(z.string(), z.strictObject({ input: z.number().min(0), output: z.number().min(0) }));
export type PriceTable = z.infer<typeof PriceTable>;

/** A file that holds no price table. */
export class PriceTableError extends Error {
  readonly code = 'configuration';
  constructor(path: string, reason: string, options: { cause: unknown }) {
    super(`the price table cannot be read [prices=${path}]: ${reason}; it is {"model": {"input": 1.5, "output": 6}}, in dollars for a million tokens`, options);
    this.name = new.target.name;
  }
}

/** Reads a price table from a JSON file; an empty one where no file is named. Throws `PriceTableError`. */
export async function readPrices(path: string | undefined): Promise<PriceTable> {
  if (path === undefined) return {};
  try {
    return PriceTable.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new PriceTableError(path, cause instanceof z.ZodError ? 'it has another form' : (cause as Error).message, { cause });
  }
}

/** What a usage costs in millionths of a dollar, rounded up; null where the price of the model is not known (platform LL-5). */
export function costOf(prices: PriceTable, model: string, { input, output }: Pick<Usage, 'input' | 'output'>): number | null {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  return price === undefined ? null : Math.ceil(input * price.input + output * price.output);
}
