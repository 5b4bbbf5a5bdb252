import type { Account, Amount, Limit } from './budget.ts';
import { placeName, type CallPlace, type CallSpent } from './call-store.ts';
import { costOf, type PriceTable } from './prices.ts';

/** The account of all calls. */
export const DEPLOYMENT = 'the deployment';

/** The account of a day (UTC); `at` in ms since the epoch. */
export function dayAccount(at: number): string {
  return `the day ${new Date(at).toISOString().slice(0, 10)}`;
}

interface AccountKind {
  /** Its name in the text of a budget. */
  readonly scope: string;
  /** The account of a call at a place and a time, ms since the epoch; undefined where the call has none of this kind. */
  readonly nameOf: (place: CallPlace, at: number) => string | undefined;
}

/** Every kind of account that calls are booked in, the widest first. */
export const ACCOUNTS = {
  deployment: { scope: 'run', nameOf: () => DEPLOYMENT },
  day: { scope: 'day', nameOf: (_, at) => dayAccount(at) },
  dataset: { scope: 'dataset', nameOf: ({ dataset }) => `the dataset ${dataset}` },
  agent: { scope: 'agent', nameOf: (place) => `the agent ${placeName(place)}` },
  task: { scope: 'task', nameOf: ({ subject, dataset }) => (subject === dataset ? undefined : `the task ${subject}`) },
} as const satisfies Readonly<Record<string, AccountKind>>;

/** What may be used up: by one call, and by all calls of one account of a kind. */
export type Limits = { readonly [Kind in 'call' | keyof typeof ACCOUNTS]?: Limit };

/** The accounts of a call with their limits, the widest first. */
export function accountsOf(place: CallPlace, at: number, limits: Limits): Account[] {
  const kinds = Object.entries(ACCOUNTS) as [keyof typeof ACCOUNTS, AccountKind][];
  return kinds.flatMap(([kind, { scope, nameOf }]) => {
    const name = nameOf(place, at);
    return name === undefined ? [] : [{ name, scope, limit: limits[kind] ?? {} }];
  });
}

/** The accounts that a call at a place is booked in, the widest first. */
export function accountNames(place: CallPlace, at: number): string[] {
  return accountsOf(place, at, {}).map(({ name }) => name);
}

/** What a call took; calls whose price was not known when they were made cost what they would now. */
export function takenBy({ cost, usage, identity }: Pick<CallSpent, 'cost' | 'usage' | 'identity'>, prices: PriceTable = {}): Amount {
  return { cost: cost ?? costOf(prices, identity.model, usage), tokens: usage.input + usage.output };
}
