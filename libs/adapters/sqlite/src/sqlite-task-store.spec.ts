import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { allSubjects, newSubject, type TaskStore } from '@mle-smith/stage-runtime';
import { InMemoryTaskStore, ManualClock, movableStoreContract, seededRandom, taskStoreContract } from '@mle-smith/stage-runtime/testing';
import { SqliteTaskStore } from './sqlite-task-store.ts';

const STATES = ['task.designed', 'task.proposed'];

describe('the SQLite task store', () => {
  const folders: string[] = [];
  const stores: SqliteTaskStore[] = [];
  const folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'state-'));
    folders.push(path);
    return path;
  };
  const openAt = (path: string, now?: () => number): SqliteTaskStore => {
    const store = SqliteTaskStore.open(path, now);
    stores.push(store);
    return store;
  };
  const task = (id: string) => newSubject({ id, kind: 'task', datasetId: 'd', state: 'task.proposed' }, 1);
  afterEach(() => stores.splice(0).forEach((store) => store.close()));
  afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

  taskStoreContract(async () => {
    const clock = new ManualClock();
    return { store: openAt(await folder(), clock.now), advance: (ms) => clock.advance(ms) };
  });

  movableStoreContract(async () => openAt(await folder()));

  it('writes ahead and flushes each change to the disk', async () => {
    const path = await folder();
    const told = watchSql();
    openAt(path);

    const reader = new DatabaseSync(join(path, 'state.sqlite'), { readOnly: true });
    expect(reader.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    reader.close();
    expect(told()).toContain('synchronous=FULL');
  });

  it('is read while another works', async () => {
    const path = await folder();
    const store = openAt(path);
    await store.insert(task('t'));

    const reader = SqliteTaskStore.openReader(path);
    await store.insert(task('u'));

    expect((await allSubjects(reader)).map(({ id }) => id)).toEqual(['t', 'u']);
    await expect(reader.insert(task('v'))).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR' });
    reader.close();
  });

  it('tells of one moment what is moved elsewhere, whoever works meanwhile', async () => {
    const path = await folder();
    const store = openAt(path);
    for (const id of ['t', 'u']) await store.insert(task(id));
    const reader = SqliteTaskStore.openReader(path);
    const found: unknown[] = [];

    for await (const { record, history } of reader.stored()) {
      found.push([record.id, record.fence, history.length]);
      await store.apply('u', 0, { history: { generation: 1, attempt: 1, from: 'task.proposed', to: 'task.proposed', outcome: 'retry' } });
      await store.insert(task('v'));
    }

    expect(found).toEqual([
      ['t', 0, 0],
      ['u', 0, 0],
    ]);
    reader.close();
  });

  it('keeps all of it for the next process, frees what a dead one held and counts that as a fault of the machine', async () => {
    const path = await folder();
    const before = SqliteTaskStore.open(path);
    await before.insert(task('t'));
    const held = await before.claim(STATES, 'me', 60_000);
    before.close();

    const store = openAt(path);

    expect(await store.apply('t', held?.fence ?? 0, { history: { generation: 1, attempt: 1, from: '', to: '', outcome: '' } })).toBe(false);
    expect(await store.claim(STATES, 'heir', 60_000)).toMatchObject({ id: 't', infraRetries: 1, attempts: 0 });
  });

  it('refuses a folder that a newer version wrote, and lets go of it', async () => {
    const path = await folder();
    const newer = new DatabaseSync(join(path, 'state.sqlite'));
    newer.exec('PRAGMA user_version = 99');

    expect(() => SqliteTaskStore.open(path)).toThrow(expect.objectContaining({ code: 'state_version' }) as Error);

    newer.exec('PRAGMA user_version = 0');
    newer.close();
    openAt(path);
  });

  it('brings the state of an older version up to date, with what each task has passed', async () => {
    const path = await folder();
    const older = new DatabaseSync(join(path, 'state.sqlite'));
    older.exec(`
      CREATE TABLE subjects (id TEXT PRIMARY KEY, state TEXT NOT NULL, not_before REAL NOT NULL, lease_until REAL, outbox INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
      CREATE INDEX due ON subjects (state, not_before);
      CREATE TABLE history (seq INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
      CREATE INDEX history_of ON history (subject, seq);
      PRAGMA user_version = 1;
    `);
    const { priority, passed, ...old } = { ...task('t'), state: 'task.designed', deadline: 5 };
    older.prepare('INSERT INTO subjects VALUES (?, ?, 0, NULL, 0, ?)').run('t', old.state, JSON.stringify(old));
    for (const outcome of ['failed', 'advanced', 'advanced'])
      older.prepare('INSERT INTO history (subject, doc) VALUES (?, ?)').run('t', JSON.stringify({ stage: 'design', outcome }));
    older.close();

    const store = openAt(path);

    expect(await store.get('t')).toEqual({ ...old, priority, passed: ['design', ...passed] });
    expect(await store.overdue(1)).toHaveLength(1);
    expect(await store.claim(STATES, 'me', 1)).toMatchObject({ id: 't' });
    expect(await store.history('t')).toHaveLength(3);
  });

  it.each([1, 2, 3, 4, 5])('answers as the store in memory does, whatever is asked of it, seed %i', async (seed) => {
    const clock = new ManualClock();
    const models = [openAt(await folder(), clock.now), new InMemoryTaskStore(clock.now)];
    const random = seededRandom(seed);
    const pick = (count: number): number => Math.floor(random() * count);
    for (let step = 0; step < 150; step += 1) {
      const ask = question(pick);
      const answers = [];
      for (const store of models) answers.push(await ask(store));
      expect(plain(answers[0])).toEqual(plain(answers[1]));
      clock.advance(pick(3));
    }
    const [real, model] = await Promise.all(
      models.map(async (store) => plain([await allSubjects(store), await Promise.all(['t0', 't1', 't2'].map((id) => store.history(id)))])),
    );
    expect(real).toEqual(model);
  });

  /** One random request, with the same parameters for each store. */
  function question(pick: (count: number) => number): (store: TaskStore) => Promise<unknown> {
    const id = `t${pick(3)}`;
    const [fence, priority] = [pick(12), pick(3)];
    const [from = '', to = ''] = [STATES[pick(2)], STATES[pick(2)]];
    const event = { id: `e${pick(9)}`, type: 'io.mlesmith.x.v1', source: '', subject: id, time: '', data: { generation: 1, datasetId: 'd', documents: {} } };
    const questions: ((store: TaskStore) => Promise<unknown>)[] = [
      (store) => store.insert({ ...task(id), priority }),
      (store) => store.claim([from, to], `w${fence}`, 4),
      (store) => store.renew(id, fence, 5),
      (store) => store.apply(id, fence, { state: to, notBefore: 0, events: [event], history: { generation: 1, attempt: 1, from, to, outcome: 'advanced' } }),
      (store) => store.release(id, fence),
      (store) => store.pendingEvents(2),
      (store) => store.settleEvent(id, event.id),
      (store) => (fence === 0 ? store.requestCancel(id) : store.get(id)),
      (store) => store.page({ states: [to] }, 1, fence > 2 ? undefined : String(fence)),
      (store) => store.counts(),
      async (store) => [await store.unfinished(), (await store.overdue(9)).map((record) => record.id).sort()],
    ];
    return questions[pick(questions.length)] ?? ((store) => store.counts());
  }
});

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** What every database of this process was told from now on. */
function watchSql(): () => string {
  const told: string[] = [];
  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function spy(this: DatabaseSync, sql: string) {
    told.push(sql);
    exec.call(this, sql);
  };
  return () => {
    DatabaseSync.prototype.exec = exec;
    return told.join('\n');
  };
}
