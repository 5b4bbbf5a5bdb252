import type { TableProfile } from '@mle-smith/contracts';
import { KNOWN, words } from './cues.ts';

/**
 * Names the kind of data that needs another kind of task: one series, or a panel of them. A table is a series when its
 * rows are the instants, and a panel when each instant comes once for each entity and little else is recorded.
 */
export function unsupportedModality(table: TableProfile): string | undefined {
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
