import { describeServer } from '@mle-smith/tools/testbed';
import { migrate } from './migrate.ts';
import { MongoState } from './mongo-state.ts';
import { INDEXES } from './schema.ts';
import { TestDatabases } from './testing/open-state.ts';

await describeServer('a MongoDB database', 'mongo', (server) => {
  const databases = new TestDatabases(server.address);
  afterAll(() => databases.drop());

  it('is set up once, and doing it again changes nothing', async () => {
    const uri = databases.uri();

    await expect(MongoState.open(uri)).rejects.toMatchObject({
      code: 'state_version',
      exitCode: 78,
      message: expect.stringContaining('mle-smith prepare') as string,
    });
    const first = await migrate(uri);

    expect(await migrate(uri)).toEqual(first);
    expect(await (await databases.open(uri)).isReady()).toBe(true);
    await databases.close();
  });

  it.each(INDEXES)('is refused without the index $name', async ({ name, collection, unique }) => {
    const uri = await databases.migrated();
    await databases.raw(uri, (connection) => connection.collection(collection).dropIndex(name));

    await expect(MongoState.open(uri)).rejects.toMatchObject({
      code: 'missing_index',
      exitCode: 78,
      message: expect.stringMatching(`^missing ${unique ? 'unique ' : ''}index ${name} on ${collection}; run \`mle-smith prepare\``) as string,
    });
    await migrate(uri);
    await (await MongoState.open(uri)).close();
  });

  it('is refused with the names of all indexes that are missing', async () => {
    const uri = await databases.migrated();
    await databases.raw(uri, async (connection) => {
      await connection.collection('history').dropIndex('step');
      await connection.collection('calls').dropIndex('subject');
    });

    await expect(MongoState.open(uri)).rejects.toMatchObject({
      message: 'missing unique index step on history, index subject on calls; run `mle-smith prepare` once, before any service starts',
    });
  });

  it('keeps no index of an earlier version', async () => {
    const uri = await databases.migrated();
    const names = () => databases.raw(uri, async (connection) => (await connection.collection('subjects').indexes()).map(({ name }) => name));
    await databases.raw(uri, (connection) => connection.collection('subjects').createIndex({ state: 1, turn: 1, arrival: 1 }, { name: 'queue' }));
    expect(await names()).toContain('queue');

    await migrate(uri);

    expect(await names()).not.toContain('queue');
    expect(await names()).toContain('turns');
  });

  it('is refused where an index that must be unique is not', async () => {
    const uri = await databases.migrated();
    await databases.raw(uri, async (connection) => {
      await connection.collection('history').dropIndex('step');
      await connection.collection('history').createIndex({ subject: 1, fence: 1 }, { name: 'step' });
    });

    await expect(MongoState.open(uri)).rejects.toMatchObject({ code: 'missing_index' });
  });

  it('is refused where a newer version was at work, and not set up by this one', async () => {
    const uri = await databases.migrated();
    await databases.raw(uri, (connection) => connection.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: { value: 99 } }));
    const newer = { code: 'state_version', message: expect.stringContaining('newer') as string };

    await expect(MongoState.open(uri)).rejects.toMatchObject(newer);
    await expect(migrate(uri)).rejects.toMatchObject(newer);
  });
});
