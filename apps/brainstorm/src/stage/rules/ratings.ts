import type { ColumnProfile, Ratings, TableProfile } from '@mle-smith/contracts';
import { words } from './cues.ts';

/** Those who rate or choose, and what is rated or chosen, by name or documentation. */
export const USER = /\b(users?|students?|customers?|reviewers?|members?|readers?|viewers?|listeners?|visitors?|guests?|raters?|critics?|clients?)\b/;
export const ITEM =
  /\b(items?|products?|movies?|films?|books?|songs?|tracks?|artists?|albums?|lecturers?|professors?|teachers?|instructors?|courses?|restaurants?|hotels?|jokes?|recipes?|games?|anime|beers?|wines?|articles?|places?|shops?|asin|sku)\b/;
const LEAST_NAMES = 20;
const LEAST_ROWS_A_NAME = 2;

/** The columns that name who rates and what is rated; undefined where a table has not one of each. */
export function ratersOf(table: TableProfile): Ratings | undefined {
  const names = table.columns.filter(isName);
  const user = find(names, USER);
  const item = find(
    names.filter((column) => column !== user),
    ITEM,
  );
  return user === undefined || item === undefined ? undefined : { user: user.name, item: item.name };
}

/** A column of names that come again. */
function isName(column: ColumnProfile): boolean {
  if (column.storage !== 'integer' && column.storage !== 'string') return false;
  if (column.type === 'text' || column.missing > 0 || column.distinct < LEAST_NAMES) return false;
  return (column.rowsPerValue?.median ?? 0) >= LEAST_ROWS_A_NAME && column.rows >= LEAST_ROWS_A_NAME * column.distinct;
}

/** By name (`user_id`), else by what the documentation calls it, where the name is an abbreviation. */
function find(columns: readonly ColumnProfile[], cue: RegExp): ColumnProfile | undefined {
  const bare = (column: ColumnProfile): string => words(column.name).replace(/ ?(id|no|nr|number|code|name)$/, '');
  return (
    columns.find((column) => new RegExp(`^${cue.source}$`).test(bare(column))) ??
    columns.find((column) => words(column.name).length <= 2 && cue.test((column.description ?? '').toLowerCase()))
  );
}
