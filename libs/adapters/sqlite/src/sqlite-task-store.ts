import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TERMINAL_STATES, type TaskEvent } from '@mle-smith/contracts';
import {
  checkSize,
  turnOf,
  withLost,
  type HistoryEnd,
  type HistoryRow,
  type MovableStore,
  type StandingSubject,
  type StateCount,
  type StoredSubject,
  type SubjectChange,
  type SubjectFilter,
  type SubjectPage,
  type SubjectRecord,
  type TaskStore,
} from '@mle-smith/stage-runtime';
import { isTerminal } from '@mle-smith/task';
import { takeLock } from './directory-lock.ts';
import { OPEN_STATES, SCHEMA_VERSION, upgrade } from './schema.ts';
import { setAside, type DamagedSubject } from './set-aside.ts';
import { StateVersionError, orDamaged } from './state-errors.ts';

/**
 * A TaskStore in one SQLite file (WAL, synchronous=FULL): what was answered survives `kill -9`.
 * The writer holds an operating-system lock on a second file for as long as it lives; readers need none.
 */
export class SqliteTaskStore implements TaskStore, MovableStore {
  readonly #db: DatabaseSync;
  readonly #lock: DatabaseSync | undefined;
  readonly #now: () => number;
  /** Subjects that cannot be read: nothing else here gives or counts them, or lets them be made anew. */
  readonly damaged: readonly DamagedSubject[];

  private constructor(db: DatabaseSync, lock: DatabaseSync | undefined, now: () => number) {
    this.damaged = setAside(db);
    this.#db = db;
    this.#lock = lock;
    this.#now = now;
  }

  /** Opens for work; throws `StateInUseError` while another process does. What a dead process held is free again. */
  static open(directory: string, now: () => number = Date.now): SqliteTaskStore {
    mkdirSync(directory, { recursive: true });
    const lock = takeLock(directory);
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(join(directory, 'state.sqlite'));
      db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;');
      const found = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
      if (found > SCHEMA_VERSION) throw new StateVersionError(directory, found, SCHEMA_VERSION);
      upgrade(db, found);
      const store = new SqliteTaskStore(db, lock, now);
      store.#freeLeases();
      return store;
    } catch (error) {
      db?.close();
      lock.close();
      throw orDamaged(directory, error);
    }
  }

  /** Opens for reading beside a working process. */
  static openReader(directory: string, now: () => number = Date.now): SqliteTaskStore {
    const db = new DatabaseSync(join(directory, 'state.sqlite'), { readOnly: true });
    try {
      db.exec('PRAGMA busy_timeout=5000;');
      return new SqliteTaskStore(db, undefined, now);
    } catch (error) {
      db.close();
      throw orDamaged(directory, error);
    }
  }

  close(): void {
    this.#db.close();
    this.#lock?.close();
  }

  async insert(record: SubjectRecord): Promise<boolean> {
    checkSize(record);
    return this.#insert(record, turnOf(record, this.#now()));
  }

  async get(id: string): Promise<SubjectRecord | undefined> {
    return this.#read(id);
  }

  async page({ states, kind, datasetId }: SubjectFilter, limit: number, from = '0'): Promise<SubjectPage> {
    const where = [
      ...(states === undefined ? [] : [{ sql: 'state IN (SELECT value FROM json_each(?))', value: JSON.stringify(states) }]),
      ...(kind === undefined ? [] : [{ sql: "doc ->> 'kind' = ?", value: kind }]),
      ...(datasetId === undefined ? [] : [{ sql: "doc ->> 'datasetId' = ?", value: datasetId }]),
    ];
    const rows = this.#db
      .prepare(`SELECT place, doc FROM readable WHERE ${['place > ?', ...where.map(({ sql }) => sql)].join(' AND ')} ORDER BY place LIMIT ?`)
      .all(Number(from), ...where.map(({ value }) => value), limit + 1);
    const given = rows.slice(0, limit);
    return { records: given.map(recordOf), next: rows.length > limit ? String(given.at(-1)?.['place']) : undefined };
  }

  async counts(): Promise<readonly StateCount[]> {
    return this.#db
      .prepare('SELECT state, count(*) AS subjects, sum(outbox > 0) AS waiting FROM readable GROUP BY state ORDER BY state')
      .all()
      .map((row) => ({ state: String(row['state']), subjects: Number(row['subjects']), waiting: Number(row['waiting']) }));
  }

  async depth(state: string, most: number): Promise<number> {
    const found = this.#db.prepare('SELECT count(*) AS found FROM (SELECT 1 FROM readable WHERE state = ? LIMIT ?)').get(state, most);
    return Number(found?.['found']);
  }

  async firstDeadline(state: string): Promise<number | undefined> {
    const first = this.#db.prepare('SELECT min(deadline) AS first FROM readable WHERE state = ?').get(state)?.['first'];
    return typeof first === 'number' ? first : undefined;
  }

  async oldest(states: readonly string[], limit: number): Promise<readonly StandingSubject[]> {
    const first = this.#db.prepare('SELECT place, deadline FROM readable WHERE state = ? ORDER BY deadline LIMIT ?');
    const found = states.flatMap((state) => first.all(state, limit)).sort((one, other) => Number(one['deadline']) - Number(other['deadline']));
    const standing = this.#db.prepare(
      `SELECT json_remove(doc, '$.findings', '$.outbox', '$.documents', '$.used') AS doc,
        (SELECT doc FROM history WHERE subject = readable.id ORDER BY seq DESC LIMIT 1) AS last
      FROM readable WHERE place = ?`,
    );
    return found.slice(0, limit).flatMap(({ place }) => standing.all(Number(place)).map((row) => ({ record: recordOf(row), last: lineOf(row['last']) })));
  }

  async unfinished(): Promise<boolean> {
    const terminal = JSON.stringify(TERMINAL_STATES);
    const waits = this.#db.prepare('SELECT 1 FROM readable WHERE outbox > 0 LIMIT 1').get();
    return (waits ?? this.#db.prepare('SELECT 1 FROM readable WHERE state NOT IN (SELECT value FROM json_each(?)) LIMIT 1').get(terminal)) !== undefined;
  }

  async overdue(limit: number): Promise<readonly SubjectRecord[]> {
    const now = this.#now();
    return this.#db
      .prepare(
        'SELECT doc FROM readable WHERE state IN (SELECT value FROM json_each(?)) AND deadline <= ? AND (lease_until IS NULL OR lease_until <= ?) LIMIT ?',
      )
      .all(OPEN_STATES, now, now, limit)
      .map(recordOf);
  }

  async claim(states: readonly string[], owner: string, leaseMs: number): Promise<SubjectRecord | undefined> {
    const now = this.#now();
    return this.#write(() => {
      const due = this.#db.prepare(
        'SELECT doc FROM readable WHERE state = ? AND not_before <= ? AND (lease_until IS NULL OR lease_until <= ?) ORDER BY turn, place LIMIT 1',
      );
      for (const state of states) {
        const row = due.get(state, now, now);
        if (row === undefined) continue;
        const record = recordOf(row);
        const claimed = {
          ...record,
          fence: record.fence + 1,
          infraRetries: record.infraRetries + (record.lease === undefined ? 0 : 1),
          lease: { owner, until: now + leaseMs, since: now, ...(record.lease === undefined ? {} : { lost: 1 }) },
          ...(record.lease === undefined ? {} : { lost: withLost(record.lost, [record.lease.owner], now) }),
        };
        this.#save(claimed);
        return claimed;
      }
      return undefined;
    });
  }

  async renew(id: string, fence: number, leaseMs: number): Promise<SubjectRecord | undefined> {
    return this.#write(() => {
      const record = this.#held(id, fence);
      if (record?.lease === undefined) return undefined;
      const { lost: _lost, ...lease } = record.lease;
      const renewed = { ...record, lease: { ...lease, until: this.#now() + leaseMs } };
      this.#save(renewed);
      return renewed;
    });
  }

  async apply(id: string, fence: number, change: SubjectChange): Promise<boolean> {
    checkSize(change);
    return this.#write(() => {
      const record = this.#held(id, fence);
      if (record === undefined) return false;
      const { events = [], history, ...fields } = change;
      this.#save({ ...record, ...fields, fence: fence + 1, lease: undefined, lost: undefined, outbox: [...record.outbox, ...events] });
      this.#note(id, { at: new Date(this.#now()).toISOString(), ...history });
      return true;
    });
  }

  async release(id: string, fence: number): Promise<boolean> {
    return this.#write(() => {
      const record = this.#held(id, fence);
      if (record === undefined) return false;
      this.#save({ ...record, fence: fence + 1, lease: undefined });
      return true;
    });
  }

  async pendingEvents(limit: number, after = ''): Promise<readonly { subject: string; event: TaskEvent }[]> {
    const rows = this.#db.prepare('SELECT doc FROM readable WHERE outbox > 0 ORDER BY place LIMIT ?').all(after === '' ? limit : -1);
    const waiting = rows.map(recordOf).filter(({ outbox }) => outbox.some(({ id }) => id > after));
    return waiting.slice(0, limit).flatMap((record) => record.outbox.map((event) => ({ subject: record.id, event })));
  }

  async settleEvent(subject: string, eventId: string): Promise<void> {
    this.#write(() => {
      const record = this.#read(subject);
      if (record !== undefined) this.#save({ ...record, outbox: record.outbox.filter((event) => event.id !== eventId) });
    });
  }

  async requestCancel(id: string): Promise<boolean> {
    return this.#write(() => {
      const record = this.#read(id);
      if (record === undefined || isTerminal(record.state)) return false;
      this.#save({ ...record, cancelRequested: true, notBefore: 0, fence: record.fence + 1, lease: undefined });
      return true;
    });
  }

  async history(id: string, from = 0, most = Infinity): Promise<readonly HistoryRow[]> {
    const rows = this.#db.prepare('SELECT doc FROM history WHERE subject = ? ORDER BY seq LIMIT ? OFFSET ?').all(id, Number.isFinite(most) ? most : -1, from);
    return rows.flatMap(({ doc }) => lineOf(doc) ?? []);
  }

  async historyEnd(id: string, most: number): Promise<HistoryEnd> {
    const lines = Number(this.#db.prepare('SELECT count(*) AS lines FROM history WHERE subject = ?').get(id)?.['lines']);
    const earlier = Math.max(0, lines - most);
    return { rows: await this.history(id, earlier, most), earlier };
  }

  async *stored(): AsyncGenerator<StoredSubject, void, undefined> {
    // One reading is one moment of the whole file, whoever writes meanwhile.
    this.#db.exec('BEGIN');
    try {
      for (const row of this.#db.prepare('SELECT doc, turn FROM readable ORDER BY place').iterate()) {
        const { lease: _lease, ...record } = recordOf(row);
        yield { record, history: await this.history(record.id), turn: Number(row['turn']) };
      }
    } finally {
      this.#db.exec('ROLLBACK');
    }
  }

  async restore({ record, history, turn }: StoredSubject): Promise<boolean> {
    checkSize(record);
    return this.#write(() => {
      if (!this.#insert(record, turn)) return false;
      for (const row of history) this.#note(record.id, row);
      return true;
    });
  }

  async now(): Promise<number> {
    return this.#now();
  }

  #read(id: string): SubjectRecord | undefined {
    const row = this.#db.prepare('SELECT doc FROM readable WHERE id = ?').get(id);
    return row === undefined ? undefined : recordOf(row);
  }

  #held(id: string, fence: number): SubjectRecord | undefined {
    const record = this.#read(id);
    return record !== undefined && record.fence === fence ? record : undefined;
  }

  /** A new subject without a lease; false where the id is there. */
  #insert(record: SubjectRecord, turn: number): boolean {
    const { changes } = this.#db
      .prepare(
        'INSERT INTO subjects (id, state, turn, not_before, deadline, lease_until, outbox, doc) VALUES (?, ?, ?, ?, ?, NULL, ?, ?) ON CONFLICT (id) DO NOTHING',
      )
      .run(record.id, record.state, turn, record.notBefore, record.deadline, record.outbox.length, JSON.stringify(record));
    return changes === 1;
  }

  #note(subject: string, row: HistoryRow): void {
    this.#db.prepare('INSERT INTO history (subject, doc) VALUES (?, ?)').run(subject, JSON.stringify(row));
  }

  #save(record: SubjectRecord): void {
    this.#db
      .prepare('UPDATE subjects SET state = ?, not_before = ?, deadline = ?, lease_until = ?, outbox = ?, doc = ? WHERE id = ?')
      .run(record.state, record.notBefore, record.deadline, record.lease?.until ?? null, record.outbox.length, JSON.stringify(record), record.id);
  }

  #write<T>(change: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Whoever held them is dead: each counts as a fault of the machine, as a lease does that ran out. */
  #freeLeases(): void {
    this.#write(() => {
      for (const row of this.#db.prepare('SELECT doc FROM readable WHERE lease_until IS NOT NULL').all()) {
        const record = recordOf(row);
        this.#save({ ...record, lease: undefined, fence: record.fence + 1, infraRetries: record.infraRetries + 1 });
      }
    });
  }
}

function lineOf(doc: unknown): HistoryRow | undefined {
  return typeof doc === 'string' ? (JSON.parse(doc) as HistoryRow) : undefined;
}

function recordOf(row: Readonly<Record<string, unknown>>): SubjectRecord {
  return JSON.parse(String(row['doc'])) as SubjectRecord;
}
