import { createHash } from 'node:crypto';
import type { ColumnProfile, Entity, Objective, Split, TableProfile } from '@mle-smith/contracts';
import type { z } from 'zod';
import { words } from './cues.ts';

/** The split of a formulation. The seed is a function of dataset, target and kind, and of nothing else. */
export function chooseSplit(input: {
  datasetDigest: string;
  table: TableProfile;
  target: ColumnProfile;
  objective: Objective;
  positive: string | undefined;
  event?: ColumnProfile | undefined;
  entities: readonly z.infer<typeof Entity>[];
}): Split {
  const { table, target, objective, positive } = input;
  const labelled = target.rows - target.missing;
  const counted = input.event ?? (objective === 'binary' ? target : undefined);
  const rarer = counted === undefined ? labelled : Math.min(...counted.top.slice(0, 2).map((entry) => entry.count));
  const unseen = input.entities.filter((entity) => entity.role === 'unseen');
  const group = unseen
    .map((entity) => table.columns.find((column) => column.name === entity.column))
    .filter((column) => column !== undefined)
    .sort((one, other) => (other.rowsPerValue?.max ?? 0) - (one.rowsPerValue?.max ?? 0))[0];
  // What is drawn is a unit: of few documents or patients many are needed, however many rows each has.
  const units = Math.min(labelled, group?.distinct ?? labelled);
  const testFraction = units < 1_000 || rarer < 200 ? 0.4 : units < 4_000 ? 0.3 : 0.2;
  const seedFor = (kind: string): number => seedOf(input.datasetDigest, target.name, kind);
  if (table.reader.format === 'log')
    return {
      kind: 'temporal',
      column: 'time',
      testFraction,
      seed: seedFor('temporal'),
      reason: 'a log is read forwards: the future is predicted from the past',
    };
  if (group !== undefined)
    return {
      kind: 'group',
      column: group.name,
      testFraction,
      seed: seedFor('group'),
      reason: `${group.name} is new at use time: all rows of one are on one side`,
    };
  const time = table.columns.find(
    (column) => column.name !== target.name && (column.name === table.series?.time || (column.sorted && column.missing === 0 && isTime(column, table.rows))),
  );
  if (time !== undefined)
    return {
      kind: 'temporal',
      column: time.name,
      testFraction: Math.min(testFraction, 0.3),
      seed: seedFor('temporal'),
      reason: `rows come in the order of ${time.name}: the future is predicted from the past`,
    };
  if (input.event !== undefined)
    return { kind: 'stratified', testFraction, seed: seedFor('stratified'), reason: 'rows are independent; both sides have the same share of events' };
  if (objective === 'binary' || objective === 'multiclass' || objective === 'ordinal')
    return {
      kind: 'stratified',
      testFraction,
      seed: seedFor('stratified'),
      reason: `rows are independent; every ${positive === undefined ? 'level' : 'class'} has the same share on both sides`,
    };
  return { kind: 'random', testFraction, seed: seedFor('random'), reason: 'rows are independent' };
}

/** The seed of everything random in a task: it does not change in repair. */
export function seedOf(datasetDigest: string, target: string, kind: string): number {
  return createHash('sha256').update(`${datasetDigest}\n${target}\n${kind}`).digest().readUInt32BE(0) % 2_147_483_647;
}

/** An instant of its own for most rows, or a year that rows are filed by. */
function isTime(column: ColumnProfile, rows: number): boolean {
  if (column.type === 'datetime') return column.distinct > 0.2 * rows;
  return column.storage === 'integer' && column.distinct >= 10 && /^(year|yearid|season)$/.test(words(column.name).replace(' ', ''));
}
