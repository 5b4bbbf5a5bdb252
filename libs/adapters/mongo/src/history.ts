import type { HistoryRow } from '@mle-smith/stage-runtime';
import type { Collections, SubjectDocument } from './schema.ts';

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

/** All lines of a subject's history in order. */
export async function historyOf({ subjects, history }: Collections, subject: string): Promise<readonly HistoryRow[]> {
  // The document first: what is moved in between is then found twice, not missed.
  const recent = (await subjects.findById(subject, { recent: 1 }).lean())?.recent ?? [];
  const moved = await history.find({ subject }).lean();
  return inOrder([...moved, ...recent]);
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
