import type { ColumnProfile, Entity, Ratings, TableProfile } from '@mle-smith/contracts';
import type { z } from 'zod';
import { referredTable } from './joined.ts';
import { isMetadata } from './ledger.ts';
import { KNOWN, NEVER_TARGET, UNSEEN, words } from './cues.ts';

/** Columns that may name an entity: at least 20 values that come again (task-science 2). */
export function entityCandidates(table: TableProfile): ColumnProfile[] {
  const parts = new Set(table.reader.format === 'media' ? table.reader.parts.map((part) => part.name) : []);
  return table.columns.filter((column) => {
    if (isAttributeOfAnother(table, column)) return false;
    if (parts.has(column.name)) return column.rowsPerValue !== undefined && column.rowsPerValue.median >= 2;
    if (column.type !== 'categorical' && !(column.storage === 'integer' && column.type === 'numeric')) return false;
    if (column.distinct < 20 || column.rowsPerValue === undefined || isMetadata(column)) return false;
    const named = UNSEEN.test(words(column.name)) || KNOWN.test(words(column.name)) || /\b(id|name|code|key)$/.test(words(column.name));
    const repeated = column.rows - column.missing - column.distinct;
    if (column.storage === 'integer' && !named) return false;
    return column.rowsPerValue.median <= 500 && repeated >= 0.15 * column.rows && (named || column.rowsPerValue.median >= 2);
  });
}

/** A joined column that refers to nothing: it describes the entity that its row refers to. */
function isAttributeOfAnother(table: TableProfile, column: ColumnProfile): boolean {
  const refers = table.reader.format === 'joined' && table.reader.others.some((other) => other.reference === column.name);
  return referredTable(table, column.name) !== undefined && !refers;
}

/** Values of a part of file names of which two can be held out and two stay. */
const LEAST_PARTS = 4;

/** The role of parts of file names: who speaks, which take; one of them keeps its files together (task-science 2). */
export function partRoles(columns: readonly ColumnProfile[]): z.infer<typeof Entity>[] {
  const named = columns.find((column) => UNSEEN.test(words(column.name)));
  const largest = columns
    .filter((column) => column.distinct >= LEAST_PARTS)
    .sort((one, other) => (other.rowsPerValue?.max ?? 0) - (one.rowsPerValue?.max ?? 0))[0];
  const chosen = named ?? largest;
  return columns.map((column) => ({
    column: column.name,
    role: column === chosen ? 'unseen' : 'attribute',
    evidence:
      column === chosen
        ? 'a part of the file names that comes again in several classes'
        : `a part of the file names; files are kept together by ${chosen?.name ?? ''}`,
  }));
}

/** Who rates and what is rated are known when a rating or a choice is asked for; everything else that repeats is a property of them. */
export function knownRoles(columns: readonly ColumnProfile[], { user, item }: Ratings): z.infer<typeof Entity>[] {
  const known = [
    { column: user, role: 'known' as const, evidence: 'names who rates or chooses; the same come again when predictions are made' },
    { column: item, role: 'known' as const, evidence: 'names what is rated or chosen; the same come again when predictions are made' },
  ];
  const others = columns.filter((column) => column.name !== user && column.name !== item);
  return [...known, ...others.map((column) => ({ column: column.name, role: 'attribute' as const, evidence: 'a property of one of them' }))];
}

/** The role of columns of a table of series: those that name a series are known, since the same series go on. */
export function seriesRoles(columns: readonly ColumnProfile[], keys: readonly string[]): z.infer<typeof Entity>[] {
  return columns.map(({ name }) => ({
    column: name,
    role: keys.includes(name) ? 'known' : 'attribute',
    evidence: keys.includes(name) ? 'it names a series of instants, and the same series go on' : 'recorded along series of instants',
  }));
}

type EffectOf = (column: string) => Effect | undefined;
type Effect = { random: number | null; group: number | null; standardError?: number | null | undefined };

/** The role of each entity column. A measured effect makes an entity only where no name does: coarser groups show it too. */
export function entityRoles(columns: readonly ColumnProfile[], effectOf: EffectOf, trivial: number, best: number): z.infer<typeof Entity>[] {
  const named = columns.map((column) => ({ column, role: roleByName(column) }));
  const declared = named.find(({ role }) => role !== undefined && role.role !== 'attribute')?.column.name;
  return named.map(({ column, role }) => {
    const attribute = { role: 'attribute' as const, evidence: `an ordinary category; the entity is ${declared ?? ''}` };
    return { column: column.name, ...(role ?? (declared === undefined ? roleByEffect(effectOf(column.name), trivial, best) : attribute)) };
  });
}

/** Entities with the column that says most often that two rows are about one thing, unless rows are kept together already. */
export function withTwins(entities: readonly z.infer<typeof Entity>[], twins: Readonly<Record<string, number>>): z.infer<typeof Entity>[] {
  const telling = Object.entries(twins).sort((one, other) => other[1] - one[1])[0];
  if (telling === undefined || entities.some((entity) => entity.role === 'unseen')) return [...entities];
  const [column, share] = telling;
  const evidence = `${Math.round(100 * share)} % of the rows have its value in common with another row, and the answer with it: they are about one thing`;
  return [...entities.filter((entity) => entity.column !== column), { column, role: 'unseen', evidence }];
}

/** The role that a name suggests; undefined where only measuring can tell. */
function roleByName(column: ColumnProfile): { role: 'unseen' | 'known' | 'attribute'; evidence: string } | undefined {
  const name = words(column.name);
  if (/^(type|kind|number|class|category|group|share|count)s?( of)? /.test(name))
    return { role: 'attribute', evidence: 'it says of what sort something is, not which one it is' };
  if (KNOWN.test(name)) return { role: 'known', evidence: `"${column.name}" names something that is there already when predictions are made` };
  if (UNSEEN.test(name)) return { role: 'unseen', evidence: `"${column.name}" names something that is new when predictions are made` };
  const place = NEVER_TARGET.find((cue) => cue.reason.startsWith('a place'));
  if (place?.pattern.test(name) === true) return { role: 'attribute', evidence: 'a place, the same ones come again' };
  return undefined;
}

/** The role that the screening shows: random folds that beat group folds clearly mean that the entity is recognised. */
function roleByEffect(effect: Effect | undefined, trivial: number, best: number): { role: 'unseen' | 'attribute'; evidence: string } {
  if (effect === undefined || effect.random === null || effect.group === null) return { role: 'attribute', evidence: 'not measurable: too few entities' };
  const gap = effect.random - effect.group;
  const recognised = gap > 3 * (effect.standardError ?? 0) && gap > 0.1 * (best - trivial);
  return {
    role: recognised ? 'unseen' : 'attribute',
    evidence: `random folds ${effect.random}, group folds ${effect.group}${recognised ? ': rows of one entity give each other away' : ''}`,
  };
}
