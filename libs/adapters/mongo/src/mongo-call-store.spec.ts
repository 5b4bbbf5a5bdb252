import { callStoreContract } from '@mle-smith/agent/testing';
import { describeServer } from '@mle-smith/tools/testbed';
import { TestDatabases } from './testing/open-state.ts';

await describeServer('calls in MongoDB', 'mongo', (server) => {
  const databases = new TestDatabases(server.address);
  afterAll(() => databases.drop());

  callStoreContract('MongoCallStore', async () => {
    const uri = await databases.migrated();
    return { open: async () => (await databases.open(uri)).calls, tearDown: () => databases.close() };
  });

  it('takes nothing for a query that is no key', async () => {
    const { calls } = await databases.open();

    await expect(calls.get({ $ne: '' } as unknown as string)).rejects.toThrow();
  });
});
