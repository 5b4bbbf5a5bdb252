import { newSubject, type TaskStore } from '@mle-smith/stage-runtime';
import { movableStoreContract, taskStoreContract } from '@mle-smith/stage-runtime/testing';
import { describeServer } from '@mle-smith/tools/testbed';
import { TestDatabases } from './testing/open-state.ts';

const task = (id: string) => newSubject({ id, kind: 'task', datasetId: 'd', state: 'task.proposed' }, 1);
const step = { state: 'task.proposed', history: { generation: 1, attempt: 1, from: 'task.proposed', to: 'task.proposed', outcome: 'retry' } };
const news = { id: 'e', type: 'io.mlesmith.x.v1', source: '', subject: 't', time: '', data: { generation: 1, datasetId: 'd', documents: {} } };

await describeServer('the MongoDB task store', 'mongo', (server) => {
  const databases = new TestDatabases(server.address);
  afterEach(() => databases.close());
  afterAll(() => databases.drop());

  taskStoreContract(async () => {
    let offset = 0;
    const { tasks } = await databases.open(undefined, () => offset);
    return { store: tasks, advance: (ms) => void (offset += ms) };
  });

  movableStoreContract(async () => (await databases.open()).tasks);

  it('gives each subject to one of many processes that ask at once', async () => {
    const uri = await databases.migrated();
    const states = await Promise.all([1, 2, 3, 4, 5].map(() => databases.open(uri)));
    const ids = Array.from({ length: 100 }, (_, index) => `t${index}`);
    await Promise.all(ids.map((id, place) => states[place % 5]?.tasks.insert(task(id))));
    const claimed: string[] = [];
    const worker = async ({ tasks }: { tasks: TaskStore }): Promise<void> => {
      for (;;) {
        const record = await tasks.claim(['task.proposed'], 'w', 60_000);
        if (record === undefined) return;
        claimed.push(record.id);
      }
    };

    await Promise.all([...states, ...states, ...states, ...states, ...states, ...states].map(worker));

    expect(claimed.sort()).toEqual(ids.sort());
  });

  it('gives a subject that moves elsewhere as of one moment, whoever works on it meanwhile', async () => {
    const { tasks } = await databases.open();
    for (const id of ['t', 'u']) await tasks.insert(task(id));
    const found: unknown[] = [];

    for await (const { record, history } of tasks.stored()) {
      found.push([record.id, record.fence, history.length]);
      for (let fence = 0; fence < 10; fence += 1) await tasks.apply('u', fence, step);
    }

    expect((await tasks.history('u')).length).toBe(10);
    expect(found).toEqual([
      ['t', 0, 0],
      ['u', 0, 0],
    ]);
  });

  it('keeps the document small and the history whole over many changes', async () => {
    const uri = await databases.migrated();
    const { tasks } = await databases.open(uri);
    await tasks.insert(task('t'));
    const message = 'm'.repeat(4_000);

    for (let attempt = 0; attempt < 100; attempt += 1) await tasks.apply('t', attempt, { ...step, history: { ...step.history, attempt, message } });

    const sizes = await databases.raw(uri, async (connection) => {
      const document = await connection.collection<{ _id: string }>('subjects').findOne({ _id: 't' });
      return { document: JSON.stringify(document).length, moved: await connection.collection('history').countDocuments() };
    });
    expect(sizes.document).toBeLessThan(64 * 1024);
    expect(sizes.moved).toBeGreaterThan(80);
    expect((await tasks.history('t')).map((row) => row.attempt)).toEqual(Array.from({ length: 100 }, (_, attempt) => attempt));
  });

  it.each([{ findings: 'no JSON' }, { outbox: 'no list' }, { 'outbox.0.event': 'no JSON' }, { notBefore: 'never' }])(
    'names a document that was damaged by hand, ends others that are overdue, and tells of their events: %j',
    async (damage) => {
      const uri = await databases.migrated();
      const { tasks } = await databases.open(uri, () => 2 * 24 * 3_600_000);
      for (const id of ['hurt', 'sound']) await tasks.insert({ ...task(id), outbox: [news] });
      await databases.raw(uri, (connection) => connection.collection<{ _id: string }>('subjects').updateOne({ _id: 'hurt' }, { $set: damage }));

      const told = tasks.get('hurt');

      await expect(told).rejects.toMatchObject({ code: 'store_damaged', message: expect.stringContaining('subject=hurt') as string });
      expect((await tasks.overdue(9)).map(({ id }) => id)).toEqual(['sound']);
      expect((await tasks.oldest(['task.proposed'], 9)).map(({ record }) => record.id)).toContain('sound');
      expect((await tasks.pendingEvents(9)).map(({ subject }) => subject)).toContain('sound');
    },
  );

  it.each(['before the lines are there', 'after they are there and before they left the document'])(
    'neither loses nor doubles lines of history when a process died %s',
    async (when) => {
      const uri = await databases.migrated();
      const { tasks } = await databases.open(uri);
      await tasks.insert(task('t'));
      const all = Array.from({ length: 8 }, (_, attempt) => attempt);
      for (const attempt of all) await tasks.apply('t', attempt, { ...step, history: { ...step.history, attempt } });
      await databases.raw(uri, async (connection) => {
        const moved = await connection.collection('history').find().toArray();
        const recent = moved.map((document) => ({ fence: Number(document['fence']), row: String(document['row']) }));
        await connection.collection<{ _id: string }>('subjects').updateOne({ _id: 't' }, { $set: { recent } });
        if (when.startsWith('before')) await connection.collection('history').deleteMany({});
      });

      const seen = await tasks.history('t');
      const end = await tasks.historyEnd('t', 3);
      await tasks.apply('t', 8, { ...step, history: { ...step.history, attempt: 8 } });

      expect(seen.map((row) => row.attempt)).toEqual(all);
      expect([end.rows.map((row) => row.attempt), end.earlier]).toEqual([all.slice(-3), 5]);
      expect((await tasks.history('t')).map((row) => row.attempt)).toEqual([...all, 8]);
      expect(await databases.raw(uri, (connection) => connection.collection('history').countDocuments())).toBe(9);
    },
  );

  it('takes nothing for a query that is no text', async () => {
    const { tasks } = await databases.open();
    await tasks.insert(task('t'));
    const hostile = { $ne: '' } as unknown as string;
    const refused = { code: 'invalid_id' };

    await expect(tasks.get(hostile)).rejects.toMatchObject(refused);
    await expect(tasks.claim([hostile], 'me', 1)).rejects.toMatchObject(refused);
    await expect(tasks.page({ datasetId: hostile }, 1)).rejects.toMatchObject(refused);
    await expect(tasks.requestCancel(hostile)).rejects.toMatchObject(refused);
    await expect(tasks.settleEvent('t', hostile)).rejects.toMatchObject(refused);
    await expect(tasks.insert({ ...task('u'), id: hostile })).rejects.toMatchObject(refused);
  });
});
