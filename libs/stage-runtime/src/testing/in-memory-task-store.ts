import type { TaskEvent } from '@mle-smith/contracts';
import { isTerminal, stageOf } from '@mle-smith/task';
import { withLost } from '../lost-attempts.ts';
import { checkSize } from '../record-size.ts';
import type { HistoryEnd, HistoryRow, StandingSubject, SubjectChange, SubjectRecord } from '../subject-record.ts';
import type { MovableStore, StoredSubject } from '../stored-subject.ts';
import { turnOf, type StateCount, type SubjectFilter, type SubjectPage, type TaskStore } from '../task-store.ts';

/** A TaskStore in memory, for tests. */
export class InMemoryTaskStore implements TaskStore, MovableStore {
  readonly #records = new Map<string, SubjectRecord>();
  readonly #history = new Map<string, HistoryRow[]>();
  readonly #turns = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Writes a record and its history past every rule, to plant what must not be. */
  plant(record: SubjectRecord, history: readonly HistoryRow[] = []): void {
    this.#records.set(record.id, record);
    this.#history.set(record.id, [...history]);
  }

  async insert(record: SubjectRecord): Promise<boolean> {
    checkSize(record);
    if (this.#records.has(record.id)) return false;
    this.plant(structuredClone(record));
    this.#turns.set(record.id, turnOf(record, this.#now()));
    return true;
  }

  async get(id: string): Promise<SubjectRecord | undefined> {
    return this.#records.get(id);
  }

  async page({ states, kind, datasetId }: SubjectFilter, limit: number, from = '0'): Promise<SubjectPage> {
    const rest = [...this.#records.values()]
      .map((record, place) => ({ record, place }))
      .slice(Number(from))
      .filter(({ record }) => states?.includes(record.state) ?? true)
      .filter(({ record }) => (kind ?? record.kind) === record.kind && (datasetId ?? record.datasetId) === record.datasetId);
    const given = rest.slice(0, limit);
    return { records: given.map(({ record }) => record), next: rest.length > limit ? String((given.at(-1)?.place ?? 0) + 1) : undefined };
  }

  async counts(): Promise<readonly StateCount[]> {
    const records = [...this.#records.values()];
    return [...new Set(records.map(({ state }) => state))].sort().map((state) => {
      const there = records.filter((record) => record.state === state);
      return { state, subjects: there.length, waiting: there.filter(({ outbox }) => outbox.length > 0).length };
    });
  }

  async depth(state: string, most: number): Promise<number> {
    return Math.min(most, [...this.#records.values()].filter((record) => record.state === state).length);
  }

  async firstDeadline(state: string): Promise<number | undefined> {
    const deadlines = [...this.#records.values()].filter((record) => record.state === state).map(({ deadline }) => deadline);
    return deadlines.length === 0 ? undefined : Math.min(...deadlines);
  }

  async oldest(states: readonly string[], limit: number): Promise<readonly StandingSubject[]> {
    const open = [...this.#records.values()].filter(({ state }) => states.includes(state));
    const oldest = open.sort((one, other) => one.deadline - other.deadline).slice(0, limit);
    return oldest.map((record) => ({ record, last: this.#history.get(record.id)?.at(-1) }));
  }

  async unfinished(): Promise<boolean> {
    return [...this.#records.values()].some(({ state, outbox }) => !isTerminal(state) || outbox.length > 0);
  }

  async overdue(limit: number): Promise<readonly SubjectRecord[]> {
    const now = this.#now();
    return [...this.#records.values()]
      .filter((record) => stageOf(record.state) !== undefined && record.deadline <= now && this.#isFree(record))
      .slice(0, limit);
  }

  async claim(states: readonly string[], owner: string, leaseMs: number): Promise<SubjectRecord | undefined> {
    const now = this.#now();
    const due = [...this.#records.values()]
      .filter((record) => record.notBefore <= now && this.#isFree(record))
      .sort((one, other) => this.#turn(one) - this.#turn(other));
    const record = states.flatMap((state) => due.filter((candidate) => candidate.state === state))[0];
    if (record === undefined) return undefined;
    return this.#save({
      ...record,
      fence: record.fence + 1,
      infraRetries: record.infraRetries + (record.lease === undefined ? 0 : 1),
      lease: { owner, until: now + leaseMs, since: now, ...(record.lease === undefined ? {} : { lost: 1 }) },
      ...(record.lease === undefined ? {} : { lost: withLost(record.lost, [record.lease.owner], now) }),
    });
  }

  async renew(id: string, fence: number, leaseMs: number): Promise<SubjectRecord | undefined> {
    const record = this.#held(id, fence);
    if (record?.lease === undefined) return undefined;
    const { lost: _lost, ...lease } = record.lease;
    return this.#save({ ...record, lease: { ...lease, until: this.#now() + leaseMs } });
  }

  async apply(id: string, fence: number, { events = [], history, ...fields }: SubjectChange): Promise<boolean> {
    checkSize(fields);
    const record = this.#held(id, fence);
    if (record === undefined) return false;
    this.#save({ ...record, ...fields, fence: fence + 1, lease: undefined, lost: undefined, outbox: [...record.outbox, ...events] });
    this.#history.get(id)?.push({ at: new Date(this.#now()).toISOString(), ...history });
    return true;
  }

  async release(id: string, fence: number): Promise<boolean> {
    const record = this.#held(id, fence);
    if (record === undefined) return false;
    this.#save({ ...record, fence: fence + 1, lease: undefined });
    return true;
  }

  async pendingEvents(limit: number, after = ''): Promise<readonly { subject: string; event: TaskEvent }[]> {
    const waiting = [...this.#records.values()].filter((record) => record.outbox.some(({ id }) => id > after)).slice(0, limit);
    return waiting.flatMap((record) => record.outbox.map((event) => ({ subject: record.id, event })));
  }

  async settleEvent(subject: string, eventId: string): Promise<void> {
    const record = this.#records.get(subject);
    if (record !== undefined) this.#save({ ...record, outbox: record.outbox.filter((event) => event.id !== eventId) });
  }

  async requestCancel(id: string): Promise<boolean> {
    const record = this.#records.get(id);
    if (record === undefined || isTerminal(record.state)) return false;
    this.#save({ ...record, cancelRequested: true, notBefore: 0, fence: record.fence + 1, lease: undefined });
    return true;
  }

  async history(id: string, from = 0, most = Infinity): Promise<readonly HistoryRow[]> {
    return (this.#history.get(id) ?? []).slice(from, from + most);
  }

  async historyEnd(id: string, most: number): Promise<HistoryEnd> {
    const rows = this.#history.get(id) ?? [];
    const earlier = Math.max(0, rows.length - most);
    return { rows: rows.slice(earlier), earlier };
  }

  async *stored(): AsyncGenerator<StoredSubject, void, undefined> {
    for (const { lease: _lease, ...record } of this.#records.values()) yield { record, history: this.#history.get(record.id) ?? [], turn: this.#turn(record) };
  }

  async restore({ record, history, turn }: StoredSubject): Promise<boolean> {
    if (!(await this.insert(record))) return false;
    this.#history.set(record.id, [...history]);
    this.#turns.set(record.id, turn);
    return true;
  }

  async now(): Promise<number> {
    return this.#now();
  }

  #turn({ id }: Pick<SubjectRecord, 'id'>): number {
    return this.#turns.get(id) ?? 0;
  }

  #isFree({ lease }: SubjectRecord): boolean {
    return lease === undefined || lease.until <= this.#now();
  }

  #held(id: string, fence: number): SubjectRecord | undefined {
    const record = this.#records.get(id);
    return record?.fence === fence ? record : undefined;
  }

  #save(record: SubjectRecord): SubjectRecord {
    this.#records.set(record.id, record);
    return record;
  }
}
