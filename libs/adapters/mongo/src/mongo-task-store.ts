import { randomUUID } from 'node:crypto';
import { MOST_LOST, PIPELINE, TERMINAL_STATES, type TaskEvent } from '@mle-smith/contracts';
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
import type { UpdateQuery } from 'mongoose';
import { ask, idOf } from './ask.ts';
import { historyOf, historyUntil, lastMoved, lineOf, moveRecent, MOST_RECENT, writeHistory } from './history.ts';
import { QUEUE, type Collections, type SubjectDocument } from './schema.ts';
import { nowAtServer, serverTime } from './server-time.ts';
import { isDuplicate, StoreFailedError, StoreUnreachableError, storeError } from './store-errors.ts';
import { documentOf, fieldsOf, recordOf, soundOf, STANDING, standingOf, takenBy, waiting } from './subject-document.ts';

export interface MongoTaskStoreOptions {
  /** For tests: how far the server's clock is taken to be ahead, ms. */
  readonly clockOffsetMs?: () => number;
}

const OPEN_STATES = PIPELINE.map((row) => row.consumes);
/** Subjects that are read at once to be moved elsewhere. */
const MOVED_TOGETHER = 100;
const NO_LEASE = { owner: 1, leasedAt: 1, leaseMs: 1, claimedAt: 1 } as const;
/** Whoever claimed it has given it back. */
const NOBODY = { claims: 0, holders: [] as string[] };
/** Those whose attempts are named when they are lost, and who takes over from them. */
const MOST_HOLDERS = MOST_LOST + 1;
const AFTER = { returnDocument: 'after', lean: true } as const;

/**
 * A TaskStore in a MongoDB database: one document a subject, changed by single updates that name its fence. Leases go
 * by the server's clock. Errors have the codes `store_unreachable`, `store_denied`, `store_failed`, `store_damaged` and `invalid_id`.
 */
export class MongoTaskStore implements TaskStore, MovableStore {
  readonly #collections: Collections;
  readonly #offset: () => number;
  /** Changes that were sent and never answered, by subject and fence: whoever sends one again gets the answer of the first. */
  readonly #unanswered = new Map<string, string>();

  constructor(collections: Collections, { clockOffsetMs = () => 0 }: MongoTaskStoreOptions = {}) {
    this.#collections = collections;
    this.#offset = clockOffsetMs;
  }

  async insert(record: SubjectRecord): Promise<boolean> {
    checkSize(record);
    return ask('insert', async () => this.#insert(record));
  }

  async get(id: string): Promise<SubjectRecord | undefined> {
    const found = await ask('get', async () => this.#collections.subjects.findById(idOf(id)).lean());
    return found === null ? undefined : recordOf(found);
  }

  async page({ states, kind, datasetId }: SubjectFilter, limit: number, from = '0'): Promise<SubjectPage> {
    const filter = {
      arrival: { $gt: Number(from) },
      ...(states === undefined ? {} : { state: { $in: states.map(idOf) } }),
      ...(kind === undefined ? {} : { kind: idOf(kind) }),
      ...(datasetId === undefined ? {} : { datasetId: idOf(datasetId) }),
    };
    const found = await ask('page', async () =>
      this.#collections.subjects
        .find(filter)
        .sort({ arrival: 1 })
        .limit(limit + 1)
        .lean(),
    );
    const given = found.slice(0, limit);
    return { records: given.map(recordOf), next: found.length > limit ? String(given.at(-1)?.arrival) : undefined };
  }

  /** By indexes alone: subjects by that of the queues, and of their documents only those that have events to tell. */
  async counts(): Promise<readonly StateCount[]> {
    const { subjects } = this.#collections;
    const group = { $group: { _id: '$state', count: { $sum: 1 } } };
    type Row = { _id: string; count: number };
    const [all, waiting] = await ask('count', () =>
      Promise.all([
        subjects.aggregate<Row>([group, { $sort: { _id: 1 } }], { hint: { ...QUEUE } }),
        subjects.aggregate<Row>([{ $match: { 'outbox.id': { $gt: '' } } }, group]),
      ]),
    );
    const waits = new Map(waiting.map(({ _id, count }) => [_id, count]));
    return all.map(({ _id: state, count }) => ({ state, subjects: count, waiting: waits.get(state) ?? 0 }));
  }

  async firstDeadline(state: string): Promise<number | undefined> {
    const first = await ask('look for a deadline', () =>
      this.#collections.subjects
        .findOne({ state: idOf(state) }, { deadline: 1 })
        .sort({ state: 1, deadline: 1 })
        .lean(),
    );
    return first?.deadline.getTime();
  }

  async depth(state: string, most: number): Promise<number> {
    return ask('count', async () => this.#collections.subjects.countDocuments({ state: idOf(state) }, { limit: most }));
  }

  async oldest(states: readonly string[], limit: number): Promise<readonly StandingSubject[]> {
    // No limit at all is what a server takes 0 for.
    if (limit === 0) return [];
    const { subjects } = this.#collections;
    const first = (state: string) =>
      subjects
        .find({ state: idOf(state) }, { deadline: 1 })
        .sort({ state: 1, deadline: 1 })
        .limit(limit)
        .lean();
    return ask('look for the oldest', async () => {
      const found = (await Promise.all(states.map(first))).flat().sort((one, other) => one.deadline.getTime() - other.deadline.getTime());
      const ids = found.slice(0, limit).map(({ _id }) => _id);
      const standing = await subjects.find({ _id: { $in: ids } }, STANDING).lean();
      const inOrder = ids.flatMap((id) => standing.find(({ _id }) => _id === id) ?? []);
      const withLast = inOrder.map(async (document) => ({ document, last: document.recent.at(-1) ?? (await lastMoved(this.#collections, document._id)) }));
      return soundOf(await Promise.all(withLast), ({ document, last }) => ({
        record: standingOf(document),
        last: last === undefined ? undefined : lineOf(last),
      }));
    });
  }

  async unfinished(): Promise<boolean> {
    const { subjects } = this.#collections;
    return ask(
      'look for the unfinished',
      async () => (await subjects.exists({ state: { $nin: [...TERMINAL_STATES] } })) !== null || (await subjects.exists({ 'outbox.id': { $gt: '' } })) !== null,
    );
  }

  async overdue(limit: number): Promise<readonly SubjectRecord[]> {
    const now = new Date(await this.now());
    const found = await ask('look for the overdue', async () =>
      this.#collections.subjects
        .find({ state: { $in: OPEN_STATES }, deadline: { $lte: now }, $or: this.#free() })
        .limit(limit)
        .lean(),
    );
    // Whoever lists subjects is told of a damaged one.
    return soundOf(found, recordOf);
  }

  async claim(states: readonly string[], owner: string, leaseMs: number): Promise<SubjectRecord | undefined> {
    for (const state of states) {
      const claimed = await ask('claim', async () =>
        this.#collections.subjects.findOneAndUpdate(
          { state: idOf(state), $or: this.#free(), $expr: { $lte: ['$notBefore', this.#now()] } },
          {
            ...this.#lease(owner, leaseMs),
            $currentDate: { leasedAt: true, claimedAt: true },
            $inc: { fence: 1, claims: 1 },
            $push: { holders: { $each: [idOf(owner)], $slice: -MOST_HOLDERS } },
          },
          { ...AFTER, sort: { turn: 1, arrival: 1 } },
        ),
      );
      if (claimed === null) continue;
      if (claimed.claims <= 1) return recordOf(claimed);
      const held = await this.#chargeLostLeases(claimed);
      if (held !== null) return withLostLeases(recordOf(held), claimed.claims - 1);
    }
    return undefined;
  }

  async renew(id: string, fence: number, leaseMs: number): Promise<SubjectRecord | undefined> {
    const { $set, $currentDate } = this.#lease(undefined, leaseMs);
    const renewed = await ask('renew', async () =>
      this.#collections.subjects.findOneAndUpdate({ _id: idOf(id), fence: Number(fence), leasedAt: { $ne: null } }, { $set, $currentDate }, AFTER),
    );
    return renewed === null ? undefined : recordOf(renewed);
  }

  async apply(id: string, fence: number, change: SubjectChange): Promise<boolean> {
    checkSize(change);
    const { at = new Date(await this.now()).toISOString() } = change.history;
    const row: HistoryRow = { ...change.history, at };
    return this.#change(id, fence, {
      $set: { ...fieldsOf(change), ...NOBODY },
      $unset: { lost: 1, ...takenBy(change) },
      $push: { outbox: { $each: (change.events ?? []).map(waiting) }, recent: { $each: [{ fence, row: JSON.stringify(row) }] } },
    });
  }

  async release(id: string, fence: number): Promise<boolean> {
    return this.#change(id, fence, { $set: NOBODY });
  }

  async pendingEvents(limit: number, after = ''): Promise<readonly { subject: string; event: TaskEvent }[]> {
    const found = await ask('look for events', async () =>
      this.#collections.subjects
        .find({ 'outbox.id': { $gt: after } }, { outbox: 1 })
        .limit(limit)
        .lean(),
    );
    // What stands behind a damaged event waits with it: the events of one subject leave in order.
    return soundOf(found, ({ _id: subject, outbox }) => outbox.map(({ event }) => ({ subject, event: JSON.parse(event) as TaskEvent }))).flat();
  }

  async settleEvent(subject: string, eventId: string): Promise<void> {
    await ask('settle an event', async () => this.#collections.subjects.updateOne({ _id: idOf(subject) }, { $pull: { outbox: { id: idOf(eventId) } } }));
  }

  async requestCancel(id: string): Promise<boolean> {
    const { matchedCount } = await ask('cancel', async () =>
      this.#collections.subjects.updateOne(
        { _id: idOf(id), state: { $nin: [...TERMINAL_STATES] } },
        { $set: { cancelRequested: true, notBefore: new Date(0), ...NOBODY }, $inc: { fence: 1 }, $unset: NO_LEASE },
      ),
    );
    return matchedCount === 1;
  }

  async history(id: string, from = 0, most = Infinity): Promise<readonly HistoryRow[]> {
    return (await ask('read a history', async () => historyOf(this.#collections, idOf(id), () => ({ from, to: from + most })))).rows;
  }

  async historyEnd(id: string, most: number): Promise<HistoryEnd> {
    return ask('read a history', async () => historyOf(this.#collections, idOf(id), (lines) => ({ from: Math.max(0, lines - most), to: lines })));
  }

  async *stored(): AsyncGenerator<StoredSubject, void, undefined> {
    let from = 0;
    for (;;) {
      const after = from;
      const found = await ask('page', async () =>
        this.#collections.subjects
          .find({ arrival: { $gt: after } })
          .sort({ arrival: 1 })
          .limit(MOVED_TOGETHER)
          .lean(),
      );
      for (const document of found) {
        const { lease: _lease, ...record } = recordOf(document);
        yield { record, history: await ask('read a history', async () => historyUntil(this.#collections, document)), turn: document.turn };
      }
      from = found.at(-1)?.arrival ?? from;
      if (found.length < MOVED_TOGETHER) return;
    }
  }

  async restore({ record, history, turn }: StoredSubject): Promise<boolean> {
    checkSize(record);
    return ask('restore', async () => {
      if ((await this.#collections.subjects.exists({ _id: idOf(record.id) })) !== null) return false;
      // The history first: a subject is never there without it, and what a process left that died on the way is written over.
      await writeHistory(this.#collections, record.id, history);
      return this.#insert(record, turn);
    });
  }

  async now(): Promise<number> {
    return (await serverTime(this.#collections)) + this.#offset();
  }

  /** A new subject behind all others, in the queue by its arrival where nothing else is said; false where the id is there. */
  async #insert(record: SubjectRecord, turn?: number): Promise<boolean> {
    const { subjects, meta } = this.#collections;
    const id = idOf(record.id);
    for (;;) {
      const given = await meta.findOneAndUpdate({ _id: 'arrival' }, { $inc: { value: 1 }, $currentDate: { at: true } }, { ...AFTER, upsert: true });
      if (given === null) throw new StoreFailedError('insert', new Error('no number was given'));
      const arrivedAt = (given.at?.getTime() ?? 0) + this.#offset();
      try {
        await subjects.create(documentOf(record, given.value, turn ?? turnOf(record, arrivedAt)));
        return true;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        // Not the id but the number is taken: the stand-in may answer two that ask at once with the later one's number.
        if ((await subjects.exists({ _id: id })) !== null) return false;
      }
    }
  }

  /** One change by the holder of a fence, which ends with it. Where the answer was lost, asking again gives it. */
  async #change(id: string, fence: number, { $set, $push, $unset }: UpdateQuery<SubjectDocument>): Promise<boolean> {
    const { subjects } = this.#collections;
    const key = `${idOf(id)}\n${fence}`;
    const repeated = this.#unanswered.get(key);
    const change = repeated ?? randomUUID();
    try {
      const update = { $set: { ...$set, change }, $inc: { fence: 1 }, $unset: { ...NO_LEASE, ...$unset }, ...($push === undefined ? {} : { $push }) };
      // A subject may be long; what is looked at afterwards is its recent history.
      const changed = await ask('change', async () =>
        subjects.findOneAndUpdate({ _id: id, fence: Number(fence) }, update, { ...AFTER, projection: { recent: 1 } }),
      );
      const done = changed !== null || (repeated !== undefined && (await ask('change', async () => subjects.exists({ _id: id, change: repeated }))) !== null);
      this.#unanswered.delete(key);
      if (changed !== null && changed.recent.length >= MOST_RECENT) await this.#move(changed);
      return done;
    } catch (error) {
      if (error instanceof StoreUnreachableError) this.#unanswered.set(key, change);
      throw error;
    }
  }

  /** The change is made; lines that could not be moved now are moved after the next one. */
  async #move(document: Pick<SubjectDocument, '_id' | 'recent'>): Promise<void> {
    await moveRecent(this.#collections, document).catch((error: unknown) => {
      const known = storeError('move the history', error);
      if (!(known instanceof StoreUnreachableError)) throw known;
    });
  }

  /** A process that died between claim and charge leaves the count for the next one. */
  async #chargeLostLeases(document: SubjectDocument): Promise<SubjectDocument | null> {
    const { _id, fence, claims, holders = [], leasedAt } = document;
    const workers = holders.slice(0, -1).slice(1 - claims);
    const lost = withLost(recordOf(document).lost, workers, leasedAt?.getTime() ?? 0, claims - 1);
    const charged = { claims: 1, holders: holders.slice(-1), lost: JSON.stringify(lost) };
    return ask('charge a lost lease', async () =>
      this.#collections.subjects.findOneAndUpdate({ _id, fence }, { $inc: { infraRetries: claims - 1 }, $set: charged }, AFTER),
    );
  }

  #lease(owner: string | undefined, leaseMs: number) {
    // The server notes its own time, without the offset of a test; the length makes up for that.
    return { $set: { ...(owner === undefined ? {} : { owner: idOf(owner) }), leaseMs: leaseMs + this.#offset() }, $currentDate: { leasedAt: true } } as const;
  }

  #free() {
    return [{ leasedAt: null }, { $expr: { $lte: [{ $add: ['$leasedAt', '$leaseMs'] }, this.#now()] } }];
  }

  #now() {
    return nowAtServer(this.#offset());
  }
}

function withLostLeases(record: SubjectRecord, lost: number): SubjectRecord {
  return record.lease === undefined ? record : { ...record, lease: { ...record.lease, lost } };
}
