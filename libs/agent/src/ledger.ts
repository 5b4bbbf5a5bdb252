import type { CallPlace, CallSpent } from './call-store.ts';

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

/** A part of the place of a call, by which calls are summed up. */
export type LedgerPart = keyof Omit<CallPlace, 'generation'>;

/** What all calls came to, and those of each name of each part. */
export type Ledger<Part extends LedgerPart> = { readonly all: Spent } & { readonly [Name in Part]: Readonly<Record<string, Spent>> };

type Called = Pick<CallSpent, 'usage' | 'cost'>;
type Placed = Called & Pick<CallSpent, 'place'>;

/** The sums of all calls and by parts of their places, in one pass. */
export async function ledgerOf<const Part extends LedgerPart>(calls: AsyncIterable<Placed> | Iterable<Placed>, parts: readonly Part[]): Promise<Ledger<Part>> {
  const all = new Sum();
  const by = parts.map((part) => ({ part, sums: new Sums() }));
  for await (const call of calls) {
    all.add(call);
    for (const { part, sums } of by) sums.add(call.place[part], call);
  }
  return { all: all.spent(), ...Object.fromEntries(by.map(({ part, sums }) => [part, sums.spent()])) } as Ledger<Part>;
}

/** The sum of records. */
export function spentOn(records: readonly Called[]): Spent {
  const sum = new Sum();
  for (const record of records) sum.add(record);
  return sum.spent();
}

/** The sums of records by a part of their place. */
export function spentBy(records: readonly Placed[], part: LedgerPart): Readonly<Record<string, Spent>> {
  const sums = new Sums();
  for (const record of records) sums.add(record.place[part], record);
  return sums.spent();
}

class Sum {
  #calls = 0;
  #input = 0;
  #output = 0;
  /** Millionths of a dollar: dollars would gather faults of rounding. */
  #micro = 0;
  #unpriced = 0;

  add({ usage, cost }: Called): void {
    this.#calls += 1;
    this.#input += usage.input;
    this.#output += usage.output;
    this.#micro += cost ?? 0;
    if (cost === null) this.#unpriced += 1;
  }

  spent(): Spent {
    return { calls: this.#calls, inputTokens: this.#input, outputTokens: this.#output, usd: this.#micro / 1_000_000, unpriced: this.#unpriced };
  }
}

/** Sums by name. */
export class Sums {
  readonly #sums = new Map<string, Sum>();

  add(name: string, call: Called): void {
    const sum = this.#sums.get(name) ?? new Sum();
    this.#sums.set(name, sum);
    sum.add(call);
  }

  spent(): Record<string, Spent> {
    const names = [...this.#sums].sort(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(names.map(([name, sum]) => [name, sum.spent()]));
  }
}

/** A sum in words. */
export function spentText({ calls, inputTokens, outputTokens, usd, unpriced }: Spent): string {
  if (calls === 0) return 'no model calls, $0';
  const money = unpriced === calls ? 'price unknown' : `$${usd.toFixed(4)}${unpriced === 0 ? '' : ` and ${unpriced} calls of unknown price`}`;
  return `${calls} model call${calls === 1 ? '' : 's'}, ${inputTokens.toLocaleString('en')} tokens in and ${outputTokens.toLocaleString('en')} out, ${money}`;
}
