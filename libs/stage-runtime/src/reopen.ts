import { mayGoOn } from '@mle-smith/contracts';
import { isTerminal, stageOf } from '@mle-smith/task';
import type { HistoryRow, SubjectChange, SubjectRecord } from './subject-record.ts';
import type { TaskStore } from './task-store.ts';
import { DEFAULT_RETRY_POLICY, event } from './transitions.ts';

/** The outcome of the one step that leads out of an end. */
export const REOPENED = 'reopened';

/** What came of asking for another try; `why` says what to do instead. `by` whom it was asked is told in the history. */
export type Reopening =
  { readonly outcome: typeof REOPENED | 'under_way'; readonly state: string } | { readonly outcome: 'refused'; readonly state: string; readonly why: string };

/**
 * Puts what ended by no fault of its own back into the state from which it ended, as if it had just come there: one
 * fenced update, whoever else asks. Asked again, it is under way. Undefined where there is no such subject.
 */
export async function reopen(store: TaskStore, id: string, by?: string): Promise<Reopening | undefined> {
  for (;;) {
    const record = await store.get(id);
    if (record === undefined) return undefined;
    const { state, reopened = 0 } = record;
    const refused = (why: string): Reopening => ({ outcome: 'refused', state, why });
    if (!isTerminal(state)) {
      if (reopened > 0) return { outcome: 'under_way', state };
      return refused('it has not ended: it goes on by itself, or by the same `run` where that was interrupted; `show` says what it waits for');
    }
    if (!mayGoOn(record.code)) return refused(whyNot(record));
    const [last] = (await store.historyEnd(id, 1)).rows;
    if (last === undefined || stageOf(last.from) === undefined) return refused('its history does not tell where it stood before; `audit` says what is wrong');
    // Somebody else may have asked at the same time: then it is looked at again.
    if (await store.apply(id, record.fence, reopeningOf(record, last.from, await store.now(), by))) return { outcome: REOPENED, state: last.from };
  }
}

/** Whether a step out of an end is one that may be: from what ended by no fault of its own to where it stood before. */
export function isReopening(row: HistoryRow, end: HistoryRow | undefined): boolean {
  return row.outcome === REOPENED && row.to === end?.from && mayGoOn(end.code);
}

function reopeningOf(record: SubjectRecord, state: string, now: number, by?: string): SubjectChange {
  const { id, generation, documents, code, reopened = 0 } = record;
  const stage = stageOf(state);
  return {
    state,
    since: now,
    attempts: 0,
    infraRetries: 0,
    notBefore: 0,
    deadline: now + DEFAULT_RETRY_POLICY.deadlineMs,
    cancelRequested: false,
    code: undefined,
    message: undefined,
    reopened: reopened + 1,
    events: [event(state, { id, datasetId: record.datasetId, generation, reopened: reopened + 1 }, documents, now)],
    history: {
      ...(stage === undefined ? {} : { stage }),
      generation,
      attempt: 1,
      from: record.state,
      to: state,
      outcome: REOPENED,
      message: `another try after ${code ?? ''}${by === undefined ? '' : `, asked for by ${by}`}`,
    },
  };
}

function whyNot({ state, code }: SubjectRecord): string {
  if (state === 'task.verified') return 'it is verified, and stays so';
  if (state === 'dataset.brainstormed') return 'it is done; those of its tasks that ended by no fault of their own are retried one by one, `list` names them';
  return `it ended by what it is (${code ?? 'no code'}), which another try would find again; run the dataset into another --out, or at a server under another id (the name of its folder)`;
}
