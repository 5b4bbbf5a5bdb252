import { LONGEST_EVENT_TEXT, MOST_LOST, type LostAttempts } from '@mle-smith/contracts';
import type { HistoryRow, SubjectRecord } from './subject-record.ts';

/** What is lost once the leases of these workers ran out too, as was seen at a time (ms since the epoch); `count` where not all of them are known. */
export function withLost(before: LostAttempts | undefined, workers: readonly string[], at: number, count = workers.length): LostAttempts {
  const lost = workers.map((worker) => ({ worker: worker.slice(0, LONGEST_EVENT_TEXT), at: new Date(at).toISOString() }));
  return { count: (before?.count ?? 0) + count, last: [...(before?.last ?? []), ...lost].slice(-MOST_LOST) };
}

/** What a line of the history tells of attempts that were lost before it. */
export function lostBefore({ lost }: Pick<SubjectRecord, 'lost'>): Pick<HistoryRow, 'lostLeases' | 'lost'> {
  if (lost === undefined) return {};
  return { lostLeases: lost.count, ...(lost.last.length === 0 ? {} : { lost: lost.last }) };
}
