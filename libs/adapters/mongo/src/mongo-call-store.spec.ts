import { callStoreContract, recordOf } from '@mle-smith/agent/testing';
import { describeServer } from '@mle-smith/tools/testbed';
import { TestDatabases } from './testing/open-state.ts';

await describeServer('calls in MongoDB', 'mongo', (server) => {
  const databases = new TestDatabases(server.address);
  afterAll(() => databases.drop());

  callStoreContract('MongoCallStore', async () => {
    const uri = await databases.migrated();
    return { open: async () => (await databases.open(uri)).calls, tearDown: () => databases.close() };
  });

  it('tells what calls took that an earlier version kept', async () => {
    const uri = await databases.migrated();
    const { calls } = await databases.open(uri);
    await calls.put(recordOf({ key: 'new' }));
    const old = { _id: 'old', subject: 'cars', record: JSON.stringify(recordOf({ key: 'old', cost: 7 })) };
    await databases.raw(uri, (connection) => connection.collection<typeof old>('calls').insertOne(old));

    const costs: (number | null)[] = [];
    for await (const { cost } of calls.spent()) costs.push(cost);

    expect(costs.sort()).toEqual([12, 7]);
  });

  it('takes nothing for a query that is no key', async () => {
    const { calls } = await databases.open();

    await expect(calls.get({ $ne: '' } as unknown as string)).rejects.toThrow();
  });
});
