import { isInfrastructureFault, newSubject } from '@mle-smith/stage-runtime';
import { describeOwnServer, describeServer, TcpProxy, waitFor } from '@mle-smith/tools/testbed';
import { MongoState } from './mongo-state.ts';
import { TestDatabases } from './testing/open-state.ts';

const task = (id: string) => newSubject({ id, kind: 'task', datasetId: 'd', state: 'task.proposed' }, 1);
const step = { state: 'task.designed', history: { generation: 1, attempt: 1, from: 'task.proposed', to: 'task.designed', outcome: 'advanced' } };
const AWAY = { code: 'store_unreachable' };

/** Rejections that nobody awaited. */
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

await describeServer('MongoDB behind a bad network', 'mongo', (server) => {
  const databases = new TestDatabases(server.address);
  let proxy: TcpProxy;
  let uri: string;
  beforeEach(async () => {
    const url = new URL(await databases.migrated());
    proxy = await TcpProxy.before(url.host);
    url.host = proxy.address;
    uri = url.href;
  });
  afterEach(async () => {
    await databases.close();
    await proxy.close();
  });
  afterAll(() => databases.drop());

  it('gives a change whose answer was lost its answer when it is asked again, and makes it once', async () => {
    const { tasks } = await databases.open(uri);
    await tasks.insert(task('t'));
    const held = await tasks.claim(['task.proposed'], 'me', 60_000);
    proxy.loseAnswersTo('findAndModify');

    await expect(tasks.apply('t', held?.fence ?? 0, step)).rejects.toMatchObject(AWAY);

    expect(proxy.lost).toBe(1);
    expect(await tasks.get('t')).toMatchObject({ state: 'task.designed' });
    expect(await tasks.apply('t', held?.fence ?? 0, step)).toBe(true);
    expect(await tasks.apply('t', held?.fence ?? 0, step)).toBe(false);
    expect(await tasks.history('t')).toHaveLength(1);
  });

  it('makes a change that never arrived when it is asked again', async () => {
    const { tasks } = await databases.open(uri);
    await tasks.insert(task('t'));
    const held = await tasks.claim(['task.proposed'], 'me', 60_000);
    proxy.cut();

    await expect(tasks.apply('t', held?.fence ?? 0, step)).rejects.toMatchObject(AWAY);
    proxy.heal();

    expect(await tasks.apply('t', held?.fence ?? 0, step)).toBe(true);
    expect(await tasks.history('t')).toHaveLength(1);
  });

  it('takes an arrival, a settled event and a cancellation twice as once', async () => {
    const { tasks } = await databases.open(uri);
    const event = { id: 'e', type: 'io.mlesmith.x.v1', source: '', subject: 't', time: '', data: { generation: 1, datasetId: 'd', documents: {} } };

    proxy.loseAnswersTo('insert');
    await expect(tasks.insert({ ...task('t'), outbox: [event] })).rejects.toMatchObject(AWAY);
    expect(await tasks.insert({ ...task('t'), outbox: [event] })).toBe(false);
    proxy.loseAnswersTo('$pull');
    await expect(tasks.settleEvent('t', 'e')).rejects.toMatchObject(AWAY);
    await tasks.settleEvent('t', 'e');
    proxy.loseAnswersTo('cancelRequested');
    await expect(tasks.requestCancel('t')).rejects.toMatchObject(AWAY);
    expect(await tasks.requestCancel('t')).toBe(true);

    expect(proxy.lost).toBe(3);
    expect(await tasks.get('t')).toMatchObject({ outbox: [], cancelRequested: true, state: 'task.proposed' });
  });

  it('leases again what was leased to the knowledge of nobody, when that lease has run out', async () => {
    let offset = 0;
    const { tasks } = await databases.open(uri, () => offset);
    await tasks.insert(task('t'));
    proxy.loseAnswersTo('findAndModify');

    await expect(tasks.claim(['task.proposed'], 'me', 60_000)).rejects.toMatchObject(AWAY);
    expect(await tasks.claim(['task.proposed'], 'me', 60_000)).toBeUndefined();
    offset += 60_000;

    expect(await tasks.claim(['task.proposed'], 'me', 60_000)).toMatchObject({ id: 't', infraRetries: 1, attempts: 0 });
  });
});

await describeOwnServer('a MongoDB server that goes and comes back', 'mongo-kept', (own) => {
  it('is out of reach meanwhile, by a code that means a fault of the machine, and is used again afterwards', async () => {
    const databases = new TestDatabases(own.server.address);
    const state = await databases.open();
    await state.tasks.insert(task('t'));
    const held = await state.tasks.claim(['task.proposed'], 'me', 600_000);
    await own.stop();

    const failures = await Promise.all(
      [
        state.tasks.get('t'),
        state.tasks.claim(['task.proposed'], 'me', 1),
        state.tasks.renew('t', 1, 1),
        state.calls.list(),
        state.tasks.apply('t', 1, step),
      ].map((asked) =>
        asked.then(
          () => 'answered',
          (error: unknown) => ({ infrastructure: isInfrastructureFault(error), code: (error as { code?: string }).code }),
        ),
      ),
    );
    const ready = await state.isReady();
    await expect(MongoState.open(own.server.address)).rejects.toMatchObject(AWAY);
    await own.start();

    expect(failures).toEqual(Array.from({ length: 5 }, () => ({ infrastructure: true, code: 'store_unreachable' })));
    expect(ready).toBe(false);
    expect(await waitFor(() => state.isReady(), 30_000)).toBe(true);
    expect(await state.tasks.apply('t', held?.fence ?? 0, step)).toBe(true);
    await databases.close();
  });
});
