import type { TableProfile } from '@mle-smith/contracts';
import { KNOWN, words } from './cues.ts';
import { isMetadata } from './ledger.ts';
import { ratersOf } from './ratings.ts';

/**
 * Names the kind of data that needs another kind of task: one series, or a panel of them. A table is a series when its
 * rows are the instants, and a panel when each instant comes once for each entity and little else is recorded.
 */
export function unsupportedModality(table: TableProfile): string | undefined {
  const pairs = pairsOnly(table);
  if (pairs !== undefined) return pairs;
  const time = table.columns.find((column) => column.type === 'datetime' && column.missing === 0);
  if (time === undefined) return undefined;
  const values = table.columns.filter((column) => column.type === 'numeric' && column.name !== time.name && !KNOWN.test(words(column.name)));
  const others = table.columns.filter((column) => !['id', 'constant', 'empty', 'datetime'].includes(column.type) && !values.includes(column));
  if (time.distinct === table.rows && time.sorted && values.length === 1 && others.length === 0) return 'a single time series needs a forecasting task';
  const perInstant = table.rows / time.distinct;
  const everyInstant =
    time.rowsPerValue !== undefined && Math.abs(time.rowsPerValue.median - perInstant) < 0.2 * perInstant && time.rowsPerValue.max < 1.5 * perInstant;
  if (
    perInstant >= 3 &&
    time.distinct >= 12 &&
    everyInstant &&
    values.length === 1 &&
    others.length <= 4 &&
    others.every((column) => column.type === 'categorical')
  )
    return 'a panel of time series needs a forecasting task';
  return undefined;
}

const FROM = /^(source|src|from|head|follower|citing|node ?1|vertex ?1)( (id|node))?$/;
const TO = /^(target|dst|dest(ination)?|to|tail|followee|followed|cited|node ?2|vertex ?2)( (id|node))?$/;
/** What may stand beside a pair of names without being something to be asked for. */
const BESIDE = new Set(['id', 'datetime', 'constant', 'empty']);

/** Tables that say of two things that they met, and nothing more: interactions of users and items, and the edges of a graph. */
function pairsOnly(table: TableProfile): string | undefined {
  const raters = ratersOf(table);
  const ends = [FROM, TO].map((cue) => table.columns.find((column) => cue.test(words(column.name)) && column.distinct >= 20)?.name);
  const alone = (one: string, other: string): boolean =>
    table.columns.every(
      (column) =>
        column.name === one ||
        column.name === other ||
        BESIDE.has(column.type) ||
        isMetadata(column) ||
        /\b(time|timestamp|date|weight)\b/.test(words(column.name)),
    );
  if (raters !== undefined && alone(raters.user, raters.item))
    return 'interactions of users and items without a rating need a task of ranking items for each user (there is no column that says how much a user liked an item)';
  const [from, to] = ends;
  if (from !== undefined && to !== undefined && alone(from, to)) return 'a list of edges needs a task on a graph (there is no label of a node or an edge)';
  return undefined;
}
