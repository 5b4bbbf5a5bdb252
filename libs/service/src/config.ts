import { addressSecrets } from '@mle-smith/telemetry';
import type { z } from 'zod';
import type { ConfigOf, Settings } from './settings.ts';

/** A configuration that a service cannot start with: every fault at once (platform HO-6). */
export class ConfigurationError extends Error {
  readonly code = 'configuration';
  readonly faults: readonly string[];
  constructor(faults: readonly string[], options?: { readonly cause: unknown }) {
    super(`the configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}; nothing was started: ${faults.join('; ')}`, options);
    this.name = new.target.name;
    this.faults = faults;
  }
}

const OWN = /^MLE_SMITH_/;

/**
 * Reads settings from the environment; an empty variable counts as not set. Throws `ConfigurationError` with every
 * fault: values that cannot be read, what is missing, and variables with our prefix that neither the table nor `known` has.
 */
export function readConfig<Table extends Settings>(
  table: Table,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  known: readonly string[] | 'any' = [],
): ConfigOf<Table> {
  const names = new Set([...Object.values(table).map(({ variable }) => variable), ...(known === 'any' ? Object.keys(environment) : known)]);
  const faults = Object.keys(environment)
    .filter((variable) => OWN.test(variable) && !names.has(variable))
    .sort()
    .map((variable) => `${variable}: no such setting${nearest(variable, [...names])}`);
  const values: Record<string, unknown> = {};
  for (const [name, { variable, shape, secret }] of Object.entries(table)) {
    const given = environment[variable];
    const read = shape.safeParse(given === '' ? undefined : given);
    if (read.success) values[name] = read.data;
    else
      faults.push(
        `${variable}: ${given === undefined || given === '' ? 'is missing' : `${secret === true ? 'the value' : JSON.stringify(given)} cannot be used, ${reason(read.error)}`}`,
      );
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  return values as ConfigOf<Table>;
}

/** The faults for which something cannot be read of a configuration; none where it can. */
export async function faultsIn(read: () => unknown): Promise<readonly string[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
}

/** The values by variable, secrets left out, for `--print-config`. */
export function printable<Table extends Settings>(table: Table, config: ConfigOf<Table>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(table).map(([name, { variable, secret }]) => {
      const value = config[name as keyof Table];
      return [variable, value === undefined ? null : secret === true ? '(secret)' : value];
    }),
  );
}

/** The values of secrets, which no log may show. */
export function secretsOf<Table extends Settings>(table: Table, config: ConfigOf<Table>): string[] {
  return Object.entries(table).flatMap(([name, { secret }]) => {
    const value = config[name as keyof Table];
    return secret === true ? textsOf(value) : [];
  });
}

/** The secret itself, its parts, and the password within an address. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf);
  if (typeof value !== 'string' || value === '') return [];
  return [value, ...addressSecrets(value)];
}

function reason(error: z.ZodError): string {
  return error.issues.map(({ message }) => message.replace(/^./, (letter) => letter.toLowerCase())).join('; ');
}

/** The known name that is the fewest slips away; none where so many would make another word of it. */
function nearest(variable: string, names: readonly string[]): string {
  const own = variable.replace(OWN, '');
  const best = names
    .filter((name) => OWN.test(name))
    .map((name) => ({ name, slips: slipsBetween(own, name.replace(OWN, '')) }))
    .sort((one, other) => one.slips - other.slips)[0];
  return best !== undefined && best.slips <= Math.max(1, Math.floor(own.length / 3)) ? `; did you mean ${best.name}?` : '';
}

/** Letters left out, put in, exchanged for another one or with their neighbour. */
function slipsBetween(one: string, other: string): number {
  const table = Array.from({ length: one.length + 1 }, (_row, i) => Array.from({ length: other.length + 1 }, (_cell, j) => (i === 0 ? j : i)));
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = 1; i <= one.length; i += 1)
    for (let j = 1; j <= other.length; j += 1) {
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      (table[i] as number[])[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1),
        isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
      );
    }
  return at(one.length, other.length);
}
