import { untrusted } from '@mle-smith/agent';
import { at, type Sources } from '../sources.ts';

/** Longest text of one source, and most facts of one document, that a judge is shown. */
const MOST_CHARACTERS = 12_000;
const MOST_FACTS = 500;
const LONGEST_FACT = 300;

/** What a judge reads: texts as they are, documents as one fact a line, `place: value`, so that a place can be quoted. */
export function shown(sources: Sources): string {
  return Object.entries(sources)
    .map(([name, value]) => untrusted(name, typeof value === 'string' ? value : factsOf(name, value).join('\n'), MOST_CHARACTERS))
    .join('\n\n');
}

/** Every number, flag and text of a document with its place. */
export function factsOf(name: string, value: unknown): string[] {
  const facts: string[] = [];
  const visit = (place: string, found: unknown): void => {
    if (facts.length >= MOST_FACTS || found === null || found === undefined || found === '') return;
    if (Array.isArray(found)) found.forEach((entry, index) => visit(at(place, keyOf(entry) ?? String(index)), entry));
    else if (typeof found === 'object') for (const [key, entry] of Object.entries(found)) visit(at(place, key), entry);
    else facts.push(`${place}: ${(typeof found === 'string' ? found : JSON.stringify(found)).slice(0, LONGEST_FACT)}`);
  };
  visit(name, value);
  return facts;
}

/** The name by which a place steps into a list. */
function keyOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const known = entry as Readonly<Record<string, unknown>>;
  return ['id', 'name', 'column', 'path'].map((key) => known[key]).find((key) => typeof key === 'string');
}
