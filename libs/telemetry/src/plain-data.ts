import { conceal } from './concealed.ts';

/** Longest text of one value, in characters (platform OB-7). */
export const LONGEST_TEXT = 2_048;

const MOST_ENTRIES = 32;
const DEEPEST = 5;

/** A text without secrets and no longer than 2 KiB; what is cut off is said. Secrets are taken out first, so that no half of one is left. */
export function boundedText(text: string): string {
  const safe = conceal(text);
  return safe.length <= LONGEST_TEXT ? safe : `${safe.slice(0, LONGEST_TEXT)}… (${safe.length - LONGEST_TEXT} characters more)`;
}

/** Anything as data that fits on a line: texts bounded, errors by name, code and message, depth and breadth limited, cycles cut. */
export function plainData(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return boundedText(value);
  if (typeof value === 'bigint') return boundedText(String(value));
  if (typeof value === 'number') return conceal(String(value)) === String(value) ? value : conceal(String(value));
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[deeper]';
  if (value instanceof Error) return errorData(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_ENTRIES).map((entry) => plainData(entry, depth + 1));
    return value.length > MOST_ENTRIES ? [...shown, `… ${value.length - MOST_ENTRIES} more`] : shown;
  }
  const entries = Object.entries(value);
  const shown = entries.slice(0, MOST_ENTRIES).map(([key, entry]) => [boundedText(key), plainData(entry, depth + 1)] as const);
  return Object.fromEntries(entries.length > MOST_ENTRIES ? [...shown, ['…', `${entries.length - MOST_ENTRIES} more`]] : shown);
}

/** Name, code, message and causes; no stack: it is long, and says where in our code, not what to do. */
function errorData(error: Error & { readonly code?: unknown }, depth: number): unknown {
  return {
    name: boundedText(error.name),
    ...(typeof error.code === 'string' || typeof error.code === 'number' ? { code: plainData(error.code) } : {}),
    message: boundedText(error.message),
    ...(error.cause === undefined ? {} : { cause: plainData(error.cause, depth + 1) }),
    ...(error instanceof AggregateError ? { errors: plainData(error.errors, depth + 1) } : {}),
  };
}
