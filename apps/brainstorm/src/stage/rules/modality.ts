import type { TableProfile } from '@mle-smith/contracts';
import { words } from './cues.ts';
import { isMetadata } from './ledger.ts';

const FROM = /^(source|src|from|head|follower|citing|node ?1|vertex ?1)( (id|node))?$/;
const TO = /^(target|dst|dest(ination)?|to|tail|followee|followed|cited|node ?2|vertex ?2)( (id|node))?$/;
/** What may stand beside a pair of names without being something to be asked for. */
const BESIDE = new Set(['id', 'datetime', 'constant', 'empty']);

/** Names the kind of task that a table needs which says of two things that they met, and nothing more: the edges of a graph. */
export function unsupportedModality(table: TableProfile): string | undefined {
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
  const [from, to] = ends;
  if (from !== undefined && to !== undefined && alone(from, to)) return 'a list of edges needs a task on a graph (there is no label of a node or an edge)';
  return undefined;
}
