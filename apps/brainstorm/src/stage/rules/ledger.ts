import type { Availability, ColumnProfile, LedgerEntry } from '@mle-smith/contracts';
import { AFTER, AMBIGUOUS, BEFORE, EVENT, words } from './cues.ts';

/** When a column is known, judged from its name and documentation alone; `kept` is decided after measuring. */
export function availabilityOf(column: ColumnProfile, documentation: string, target: ColumnProfile): { availability: Availability; evidence: string } {
  const name = words(column.name);
  const note = column.description ?? '';
  const past = BEFORE.exec(name) ?? BEFORE.exec(note.toLowerCase());
  if (past !== null && !AFTER.text.test(note)) return { availability: 'before', evidence: `"${past[0]}" says that it is about the past` };
  const asked = words(target.name);
  if (asked.length >= 4 && target.type === 'numeric' && column.name !== target.name && new RegExp(`\\b${asked}s?\\b`).test(note.toLowerCase()))
    return { availability: 'after', evidence: `the documentation defines it by ${asked}` };
  const text = AFTER.text.exec(note);
  if (text !== null) return { availability: 'after', evidence: `the documentation says "${text[0]}"` };
  const after = AFTER.name.exec(name);
  if (after !== null) return { availability: 'after', evidence: `the name says "${after[0]}"` };
  const event = EVENT.exec(name);
  if (event !== null && column.distinct <= 2) return { availability: 'after', evidence: `"${event[0]}" is itself the end of the story` };
  if (namedAsPredictor(column.name, documentation)) return { availability: 'at', evidence: 'the documentation lists it among the predictors' };
  const ambiguous = AMBIGUOUS.exec(name);
  if (ambiguous !== null) return { availability: 'unknown', evidence: `"${ambiguous[0]}" may be set after the fact` };
  if (note !== '') return { availability: 'at', evidence: `documented as "${note.slice(0, 100)}"` };
  return { availability: 'at', evidence: 'an attribute recorded with the row; nothing says that it follows the target' };
}

/** How lines of the ledger for one column are made: kept, unless a reason is given. */
export function linesOf(column: string): (availability: Availability, evidence: string, reason?: string) => LedgerEntry {
  return (availability, evidence, reason = '') => ({ column, availability, evidence, kept: reason === '', reason });
}

/** The ledger's line for a column that is taken out whatever is measured; undefined for an ordinary input. */
export function structuralDrop(column: ColumnProfile, target: ColumnProfile): Pick<LedgerEntry, 'evidence' | 'reason'> | undefined {
  if (column.type === 'id') return { evidence: 'unique in every row', reason: 'an identifier carries no information' };
  if (column.type === 'constant') return { evidence: 'one value', reason: 'a constant carries no information' };
  if (column.type === 'empty') return { evidence: 'no value', reason: 'an empty column carries no information' };
  if (column.type === 'url' || column.type === 'path')
    return { evidence: `every value is a ${column.type}`, reason: 'an address of the record, not a property of it' };
  if (column.suspicious.includes('nested')) return { evidence: 'cells hold lists', reason: 'not a flat value' };
  if (column.bijectiveWith === target.name || target.bijectiveWith === column.name)
    return { evidence: 'one to one with the target', reason: 'says the target in other words' };
  if (isMetadata(column)) return { evidence: `named ${column.name}`, reason: 'mechanics of how the data was collected' };
  return undefined;
}

/** Columns about the collection of the data. */
export function isMetadata(column: ColumnProfile): boolean {
  return /^(split|fold|partition|subset|rownames?|row id|unnamed 0|sample number|comments?|notes?|remarks?)$|\brow ?names?$/.test(words(column.name));
}

/**
 * Other measurements of the target: the same unit or stem in the name (`city_mpg` beside `comb_mpg`), which
 * cannot be known where the target is not. Confirmed by what the column gives alone, or by both being flags.
 */
export function isSibling(column: ColumnProfile, target: ColumnProfile, alone: number | undefined, scale: string): boolean {
  const own = new Set(words(column.name).split(' '));
  const shared = words(target.name)
    .split(' ')
    .filter((word) => word.length >= 3 && own.has(word));
  const least = scale === 'r2' ? 0.6 : 0.9;
  const flags = column.type === 'boolean' && target.type === 'boolean';
  return shared.length > 0 && column.type !== 'categorical' && (flags || (alone ?? 0) > least);
}

function namedAsPredictor(name: string, documentation: string): boolean {
  const start = documentation.search(/\b(predictors|features|covariates|independent variables|inputs)\b/i);
  return start >= 0 && documentation.slice(start, start + 1500).includes(name);
}
