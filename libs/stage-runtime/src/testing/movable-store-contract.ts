import { newSubject } from '../new-subject.ts';
import { StoredSubject, type MovableStore } from '../stored-subject.ts';
import type { SubjectRecord } from '../subject-record.ts';
import type { TaskStore } from '../task-store.ts';
import { event } from '../transitions.ts';

const LEASE_MS = 60_000;
const STATES = ['task.designed', 'task.proposed'];

/** What every store does whose subjects can move. `open` gives a fresh store each time; the opener closes it. */
export function movableStoreContract(open: () => Promise<TaskStore & MovableStore>): void {
  const task = (id: string, more: Partial<SubjectRecord> = {}): SubjectRecord => ({
    ...newSubject({ id, kind: 'task', datasetId: 'd', state: 'task.proposed' }, 1_000),
    ...more,
  });
  const all = async (store: MovableStore): Promise<StoredSubject[]> => {
    const found: StoredSubject[] = [];
    for await (const subject of store.stored()) found.push(StoredSubject.parse(subject));
    return found;
  };
  /** A store with one subject that changed hands ten times, one that somebody holds, and one that is urgent. */
  const lived = async (): Promise<TaskStore & MovableStore> => {
    const store = await open();
    const digest = `sha256:${'a'.repeat(64)}`;
    await store.insert(newSubject({ id: 'd', kind: 'dataset', datasetId: 'd', state: 'dataset.brainstormed', documents: { raw: digest } }, 1_000));
    await store.insert(task('travelled', { trace: { traceparent: '00-1-1-01' }, receivedAt: 700 }));
    await store.insert(task('held'));
    const lost = { count: 9, last: [{ worker: 'gone', at: '2026-11-29T10:00:00.000Z' }] };
    await store.insert(task('urgent', { priority: 2, infraRetries: 3, reopened: 2, lost }));
    for (let attempt = 1; attempt <= 10; attempt += 1)
      await store.apply('travelled', attempt - 1, {
        state: 'task.designed',
        events: attempt < 10 ? [] : [event('task.designed', task('travelled'), {}, 0)],
        used: { design: { attempts: attempt, seconds: attempt, cpuSeconds: 1, gpuSeconds: 0 } },
        history: {
          stage: 'design',
          generation: 1,
          attempt,
          from: 'task.proposed',
          to: 'task.designed',
          outcome: 'advanced',
          created: ['x'],
          trace: '0af7651916cd43dd8448eb211c80319c',
          documents: { design: digest },
          events: [{ kind: 'call', atMs: 3, agent: 'designer', model: 'small', tookMs: 9, inputTokens: 7, outputTokens: 1, usd: 0.1, fault: 'rate' }],
          moreEvents: 1,
          cpuSeconds: 1,
          lostLeases: 1,
          lost: [{ worker: 'gone', at: '2026-11-29T10:00:00.000Z' }],
        },
      });
    expect((await store.claim(['task.proposed'], 'me', LEASE_MS))?.id).toBe('urgent');
    expect((await store.claim(['task.proposed'], 'me', LEASE_MS))?.id).toBe('held');
    await store.release('urgent', 1);
    return store;
  };
  const moved = async (from: MovableStore): Promise<TaskStore & MovableStore> => {
    const to = await open();
    for (const subject of await all(from)) expect(await to.restore(subject)).toBe(true);
    return to;
  };

  it('moves all of a subject to another store but for its lease', async () => {
    const from = await lived();

    const to = await moved(from);

    const subjects = await all(to);
    expect(subjects).toEqual(await all(from));
    expect(subjects.map(({ record }) => record.id)).toEqual(['d', 'travelled', 'held', 'urgent']);
    expect((await to.history('travelled')).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await to.history('travelled')).at(-1)?.events).toMatchObject([{ kind: 'call', usd: 0.1 }]);
    expect((await to.get('travelled'))?.used).toMatchObject({ design: { attempts: 10 } });
    expect(await to.pendingEvents(10)).toMatchObject([{ subject: 'travelled', event: { type: 'io.mlesmith.task.designed.v1' } }]);
    expect(subjects.some(({ record }) => 'lease' in record)).toBe(false);
    expect(subjects.at(-1)?.record.lost?.count).toBe(9);
  });

  it('lets work go on where it moved to, in the same turn and without charge', async () => {
    const to = await moved(await lived());

    const claimed = [await to.claim(STATES, 'other', LEASE_MS), await to.claim(STATES, 'other', LEASE_MS), await to.claim(STATES, 'other', LEASE_MS)];

    expect(claimed.map((record) => [record?.id, record?.infraRetries])).toEqual([
      ['travelled', 0],
      ['urgent', 3],
      ['held', 0],
    ]);
    const history = { stage: 'assert-design', generation: 1, attempt: 11, from: 'task.designed', to: 'task.designed', outcome: 'retry' };
    expect(await to.apply('travelled', claimed[0]?.fence ?? -1, { history })).toBe(true);
    expect((await to.history('travelled')).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('restores a subject once', async () => {
    const from = await lived();
    const to = await moved(from);

    for (const { record, turn } of await all(from)) expect(await to.restore({ record: { ...record, generation: 7 }, history: [], turn })).toBe(false);

    expect(await all(to)).toEqual(await all(from));
  });
}
