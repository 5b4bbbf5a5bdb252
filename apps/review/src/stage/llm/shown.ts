import { untrusted } from '@mle-smith/agent';
import { at, type Sources } from '../sources.ts';

/** Most characters of one source that a judge is shown. */
const MOST_CHARACTERS = 12_000;
const LONGEST_FACT = 300;

/** What a judge reads: texts as they are, documents as one fact a line, `place: value`, so that a place can be quoted. */
export function shown(sources: Sources): string {
  return Object.entries(sources)
    .map(([name, value]) => untrusted(name, typeof value === 'string' ? value : listed(factsOf(name, value)), MOST_CHARACTERS))
    .join('\n\n');
}

/** As many facts as there is room for, each whole. */
function listed(facts: readonly string[]): string {
  let room = MOST_CHARACTERS - 40;
  const end = facts.findIndex((fact) => (room -= fact.length + 1) < 0);
  return end < 0 ? facts.join('\n') : [...facts.slice(0, end), `[${facts.length - end} facts are left out]`].join('\n');
}

/**
 * Every number, flag and text of a document with its place. Of each object the small parts come first: a list with an
 * entry for each column is long, and what there is no room for is left out at the end.
 */
function factsOf(name: string, value: unknown): string[] {
  const facts: string[] = [];
  const visit = (place: string, found: unknown): void => {
    if (isNothing(found)) return;
    if (Array.isArray(found)) found.forEach((entry, index) => visit(at(place, keyOf(entry) ?? String(index)), entry));
    else if (typeof found === 'object') for (const [key, entry] of smallFirst(Object.entries(found as object))) visit(at(place, key), entry);
    else facts.push(`${place}: ${(typeof found === 'string' ? found : JSON.stringify(found)).slice(0, LONGEST_FACT)}`);
  };
  visit(name, value);
  return facts;
}

function smallFirst(entries: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  return entries
    .map((entry) => ({ entry, size: sizeOf(entry[1]) }))
    .sort((one, other) => one.size - other.size)
    .map(({ entry }) => entry);
}

/** How many facts there are in it. */
function sizeOf(found: unknown): number {
  if (isNothing(found)) return 0;
  return typeof found === 'object' ? Object.values(found as object).reduce<number>((sum, entry) => sum + sizeOf(entry), 0) : 1;
}

function isNothing(found: unknown): boolean {
  return found === null || found === undefined || found === '';
}

/** The name by which a place steps into a list. */
function keyOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const known = entry as Readonly<Record<string, unknown>>;
  return ['id', 'name', 'column', 'path'].map((key) => known[key]).find((key) => typeof key === 'string');
}
