import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { accountNames, takenBy, type Account, type CallPlace } from '@mle-smith/agent';
import { budgetBookContract, recordOf } from '@mle-smith/agent/testing';
import { describeServer, TcpProxy, waitFor } from '@mle-smith/tools/testbed';
import { migrate } from './migrate.ts';
import { TestDatabases } from './testing/open-state.ts';

const ACCOUNT: Account = { name: 'the deployment', limit: { cost: 1_000 } };
const HOLD_MS = 120_000;
const call = (cost: number) => ({ cost, tokens: 1 });

await describeServer('budgets in MongoDB', 'mongo', (server) => {
  const databases = new TestDatabases(server.address);
  afterEach(() => databases.close());
  afterAll(() => databases.drop());

  budgetBookContract(
    'MongoBudgetBook',
    async () => {
      const uri = await databases.migrated();
      return { open: async (onBudgetNear) => (await databases.open(uri, undefined, onBudgetNear === undefined ? {} : { onBudgetNear })).budgets };
    },
    { runs: 10 },
  );

  it('counts no more what a killed process had set aside, when its time is over by the server', async () => {
    const uri = await databases.migrated();
    let offset = 0;
    const { budgets } = await databases.open(uri, () => offset);
    const held = await killedHolder(uri, 900);

    await expect(budgets.reserve([ACCOUNT], call(200))).rejects.toThrow('has $0.000100 left for the next call, which may take $0.000200');
    offset = HOLD_MS - 30_000;
    await expect(budgets.reserve([ACCOUNT], call(200))).rejects.toMatchObject({ code: 'budget_exceeded' });
    offset = HOLD_MS;

    expect(held).toBe('SIGKILL');
    await expect(budgets.reserve([ACCOUNT], call(200))).resolves.toBeDefined();
    expect((await budgets.used(ACCOUNT.name)).cost).toBe(200);
  });

  it('keeps what is set aside for as long as its process runs', async () => {
    const uri = await databases.migrated();
    const { budgets } = await databases.open(uri, undefined, { holdMs: 3_000 });
    const untilOf = () =>
      databases.raw(uri, async (connection) => {
        const found = await connection.collection<{ _id: string; holds: { until: Date }[] }>('budgets').findOne({ _id: ACCOUNT.name });
        return found?.holds[0]?.until.getTime() ?? 0;
      });
    const reservation = await budgets.reserve([ACCOUNT], call(900));
    const first = await untilOf();

    expect(await waitFor(async () => (await untilOf()) > first + 3_000, 20_000)).toBe(true);
    await expect(budgets.reserve([ACCOUNT], call(200))).rejects.toMatchObject({ code: 'budget_exceeded' });
    await budgets.settle(reservation, call(10));

    expect((await budgets.used(ACCOUNT.name)).cost).toBe(10);
  });

  it('books once what was taken, though the server was out of reach or its answer was lost', async () => {
    const url = new URL(await databases.migrated());
    const proxy = await TcpProxy.before(url.host);
    url.host = proxy.address;
    const { budgets } = await databases.open(url.href, undefined, { holdMs: 600 });
    const [cut, lost] = [await budgets.reserve([ACCOUNT], call(500)), await budgets.reserve([ACCOUNT], call(500))];

    proxy.loseAnswersTo('$pull');
    await budgets.settle(lost, call(30));
    proxy.cut();
    await budgets.settle(cut, call(4));
    proxy.heal();

    expect(proxy.lost).toBe(1);
    expect(await waitFor(async () => (await budgets.used(ACCOUNT.name).catch(() => undefined))?.cost === 34, 20_000)).toBe(true);
    await budgets.reserve([ACCOUNT], call(1_000 - 34));
    await databases.close();
    await proxy.close();
  });

  it('knows after a restart what calls took, and after an update what calls of an older version took', async () => {
    const uri = await databases.migrated();
    const place: CallPlace = { agent: 'designer', stage: 'design', subject: 'cars--mpg', dataset: 'cars', generation: 1 };
    const record = recordOf({ key: 'one', place, cost: 700, usage: { input: 100, output: 20, reported: true }, at: 86_400_000 });
    const names = accountNames(place, record.at);
    const older = await databases.open(uri);
    await older.calls.put(record);
    await older.calls.put({ ...record, key: 'two', cost: null });
    await databases.raw(uri, (connection) =>
      connection.collection<{ _id: string; value: number }>('meta').updateOne({ _id: 'schema' }, { $set: { value: 1 } }),
    );
    await migrate(uri);
    const { budgets } = await databases.open(uri);
    const used = await Promise.all(names.map((name) => budgets.used(name)));
    await expect(budgets.reserve([ACCOUNT], takenBy(record))).rejects.toMatchObject({ code: 'budget_exceeded' });
    await budgets.settle(await budgets.reserve([ACCOUNT], call(200)), call(100));
    await databases.close();
    await migrate(uri);

    expect(names).toContain('the day 1970-01-02');
    expect(used).toEqual(names.map(() => ({ cost: 700, tokens: 240 })));
    expect((await (await databases.open(uri)).budgets.used(ACCOUNT.name)).cost).toBe(800);
  });

  it('begins an account once where many begin it', async () => {
    const uri = await databases.migrated();
    const books = await Promise.all([1, 2].map(async () => (await databases.open(uri)).budgets));

    await Promise.all(Array.from({ length: 20 }, (_, number) => books[number % 2]?.reserve([{ name: 'new', limit: {} }], call(1))));

    expect(await books[0]?.used('new')).toEqual({ cost: 20, tokens: 20 });
  });
});

/** Sets an amount aside in a process of its own, and kills that; gives the signal that ended it. */
async function killedHolder(uri: string, cost: number): Promise<string> {
  const script = join(import.meta.dirname, 'testing', 'hold-budget.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, uri, ACCOUNT.name, String(ACCOUNT.limit.cost), String(cost)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  const [, signal] = (await once(child, 'exit')) as [number | null, string];
  return signal;
}
