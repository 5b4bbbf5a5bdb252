import type { TaskEvent } from '@mle-smith/contracts';
import type { HistoryRow, SubjectChange, SubjectRecord } from './subject-record.ts';

/**
 * The port to the truth. Every method is one atomic update of one document; times are the store's own
 * clock. No method needs a transaction over several documents (platform ST-1, ST-3).
 */
export interface TaskStore {
  /** Creates a subject; false where the id exists already, and then nothing changes. */
  insert(record: SubjectRecord): Promise<boolean>;
  get(id: string): Promise<SubjectRecord | undefined>;
  list(): Promise<readonly SubjectRecord[]>;
  /** Leases one due subject in one of these states, earlier states of the list first; counts a lost lease as an infrastructure fault. */
  claim(states: readonly string[], owner: string, leaseMs: number): Promise<SubjectRecord | undefined>;
  /** Extends a lease; gives the record, or undefined where the fence is old. */
  renew(id: string, fence: number, leaseMs: number): Promise<SubjectRecord | undefined>;
  /** Changes a subject, appends events and history, and gives the lease back; false where the fence is old. A fence is good for one change. */
  apply(id: string, fence: number, change: SubjectChange): Promise<boolean>;
  /** Gives a lease back without charge; false where the fence is old. */
  release(id: string, fence: number): Promise<boolean>;
  /** Events that wait for publication, oldest first for each subject. */
  pendingEvents(limit: number): Promise<readonly { subject: string; event: TaskEvent }[]>;
  /** Removes a published event from the outbox; doing it again changes nothing. */
  settleEvent(subject: string, eventId: string): Promise<void>;
  /** Marks a subject for cancellation and takes it from whoever holds it, so that a late result is dropped; false where it is finished. */
  requestCancel(id: string): Promise<boolean>;
  history(id: string): Promise<readonly HistoryRow[]>;
  /** The store's clock, ms since the epoch. */
  now(): Promise<number>;
}
