import type { SubjectKind, TaskEvent } from '@mle-smith/contracts';
import type { HistoryEnd, HistoryRow, StandingSubject, SubjectChange, SubjectRecord } from './subject-record.ts';

/** Which subjects to give; what is left out does not matter. */
export interface SubjectFilter {
  readonly states?: readonly string[];
  readonly kind?: SubjectKind;
  readonly datasetId?: string;
}

/** Some subjects in the order of their arrival. */
export interface SubjectPage {
  readonly records: readonly SubjectRecord[];
  /** Where the next page starts; undefined after the last one. */
  readonly next: string | undefined;
}

/** How many subjects are in one state. */
export interface StateCount {
  readonly state: string;
  readonly subjects: number;
  /** How many of them have events that wait for publication. */
  readonly waiting: number;
}

/**
 * The port to the truth. Every method is one atomic update of one document; times are the store's own
 * clock. No method needs a transaction over several documents (platform ST-1, ST-3).
 */
export interface TaskStore {
  /** Creates a subject; false where the id exists already, and then nothing changes. */
  insert(record: SubjectRecord): Promise<boolean>;
  get(id: string): Promise<SubjectRecord | undefined>;
  /** Subjects by arrival, from the start or from where a page ended. What arrives meanwhile may or may not be among them. */
  page(filter: SubjectFilter, limit: number, from?: string): Promise<SubjectPage>;
  /** How many subjects are in each state that some are in, by name. */
  counts(): Promise<readonly StateCount[]>;
  /** How many subjects are in a state; counting ends at `most`, so that it takes no longer where there are more. */
  depth(state: string, most: number): Promise<number>;
  /** The earliest deadline of a subject in a state, ms since the epoch; undefined where there is none. */
  firstDeadline(state: string): Promise<number | undefined>;
  /** Subjects in these states that have made no step for longest, held or not; those whose deadlines come first, first. Reads no more of each than it gives. */
  oldest(states: readonly string[], limit: number): Promise<readonly StandingSubject[]>;
  /** Whether a subject is in no terminal state, or an event waits for publication. */
  unfinished(): Promise<boolean>;
  /** Some subjects of stages whose deadline has passed and that nobody holds. */
  overdue(limit: number): Promise<readonly SubjectRecord[]>;
  /**
   * Leases one due subject in one of these states, earlier states of the list first, then by `turnOf`, then by arrival;
   * counts a lost lease as an infrastructure fault.
   */
  claim(states: readonly string[], owner: string, leaseMs: number): Promise<SubjectRecord | undefined>;
  /** Extends a lease, also one that ran out and that nobody took over; gives the record, or undefined where the fence is old. */
  renew(id: string, fence: number, leaseMs: number): Promise<SubjectRecord | undefined>;
  /** Changes a subject, also one that has ended, appends events and history, and gives the lease back; false where the fence is old. A fence is good for one change. */
  apply(id: string, fence: number, change: SubjectChange): Promise<boolean>;
  /** Gives a lease back without charge; false where the fence is old. */
  release(id: string, fence: number): Promise<boolean>;
  /** Events that wait for publication, of at most `limit` subjects, oldest first for each; with `after`, of subjects that have an event whose id is greater. */
  pendingEvents(limit: number, after?: string): Promise<readonly { subject: string; event: TaskEvent }[]>;
  /** Removes a published event from the outbox; doing it again changes nothing. */
  settleEvent(subject: string, eventId: string): Promise<void>;
  /** Marks a subject for cancellation and takes it from whoever holds it, so that a late result is dropped; false where it is finished. */
  requestCancel(id: string): Promise<boolean>;
  /** A history in order, without the first `from` of its lines; at most so many. */
  history(id: string, from?: number, most?: number): Promise<readonly HistoryRow[]>;
  /** The last lines of a history in order, at most so many. */
  historyEnd(id: string, most: number): Promise<HistoryEnd>;
  /** The store's clock, ms since the epoch. */
  now(): Promise<number>;
}

/** What one more step of priority is worth in waiting, ms. */
const PRIORITY_STEP_MS = 10 * 60_000;

/**
 * The place of a subject in the queue, lower first: its arrival (ms since the epoch), and each step of priority
 * counts as ten minutes of waiting. So what is urgent goes first, and whatever waits long enough has its turn (platform ST-10).
 */
export function turnOf({ priority }: Pick<SubjectRecord, 'priority'>, arrivedAt: number): number {
  return arrivedAt - priority * PRIORITY_STEP_MS;
}
