import type { HistoryEnd, HistoryRow } from '@mle-smith/stage-runtime';
import type { Collections, RecentRow, SubjectDocument } from './schema.ts';

/** Lines that a subject's document holds at most before they are moved. */
export const MOST_RECENT = 8;

/**
 * Moves the last lines of a history from the subject's document, where its change wrote them, to their own collection
 * (platform ST-13). Each line has one name whoever moves it, and leaves the document only when it is there: a process
 * that dies on the way loses and doubles nothing.
 */
export async function moveRecent({ subjects, history }: Collections, { _id: subject, recent }: Pick<SubjectDocument, '_id' | 'recent'>): Promise<void> {
  await history.bulkWrite(
    recent.map(({ fence, row }) => ({
      updateOne: { filter: { _id: nameOf(subject, fence) }, update: { $setOnInsert: { subject, fence, row } }, upsert: true },
    })),
    { ordered: true },
  );
  await subjects.updateOne({ _id: subject }, { $pull: { recent: { fence: { $lte: recent.at(-1)?.fence ?? 0 } } } });
}

/** Lines of a subject's history in order: those of the places that `part` names, when it is told how many lines there are. */
export async function historyOf(
  { subjects, history }: Collections,
  subject: string,
  part: (lines: number) => { readonly from: number; readonly to: number },
): Promise<HistoryEnd> {
  // The document first: what is moved in between, or was not taken out of it, is then found there and passed by among what was moved.
  const recent = (await subjects.findById(subject, { recent: 1 }).lean())?.recent ?? [];
  const earlier = { subject, ...(recent[0] === undefined ? {} : { fence: { $lt: recent[0].fence } }) };
  const moved = await history.countDocuments(earlier);
  const { from, to } = part(moved + recent.length);
  const most = Math.min(to, moved) - from;
  // No limit at all is what a server takes 0 for.
  const rows = most <= 0 ? [] : await history.find(earlier).sort({ subject: 1, fence: 1 }).skip(from).limit(most).lean();
  return { rows: [...rows, ...recent.slice(Math.max(0, from - moved), Math.max(0, to - moved))].map(lineOf), earlier: from };
}

/** The last line of a subject's history, where its document holds none. */
export async function lastMoved({ history }: Collections, subject: string): Promise<RecentRow | undefined> {
  return (await history.findOne({ subject }).sort({ subject: -1, fence: -1 }).lean()) ?? undefined;
}

/** A line as it was written. */
export function lineOf({ row }: Pick<RecentRow, 'row'>): HistoryRow {
  return JSON.parse(row) as HistoryRow;
}

/** The history that led to a document, whatever was added since it was read. */
export async function historyUntil({ history }: Collections, { _id: subject, fence: until, recent }: SubjectDocument): Promise<readonly HistoryRow[]> {
  const moved = await history.find({ subject, fence: { $lt: until } }).lean();
  return inOrder([...moved, ...recent]);
}

/** Writes the whole history of a subject that is not there yet, in place of whatever lies there. */
export async function writeHistory({ history }: Collections, subject: string, rows: readonly HistoryRow[]): Promise<void> {
  await history.deleteMany({ subject });
  await history.insertMany(rows.map((row, fence) => ({ _id: nameOf(subject, fence), subject, fence, row: JSON.stringify(row) })));
}

function inOrder(rows: readonly { readonly fence: number; readonly row: string }[]): readonly HistoryRow[] {
  const once = new Map(rows.map(({ fence, row }) => [fence, row]));
  return [...once].sort(([one], [other]) => one - other).map(([, row]) => JSON.parse(row) as HistoryRow);
}

function nameOf(subject: string, fence: number): string {
  return `${subject}/${fence}`;
}
