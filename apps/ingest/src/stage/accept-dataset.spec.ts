import { eventType, type TaskEvent } from '@mle-smith/contracts';
import { getJson } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { InProcessEventBus } from '@mle-smith/stage-runtime';
import { InMemoryTaskStore } from '@mle-smith/stage-runtime/testing';
import { acceptDataset, acceptDatasets } from './accept-dataset.ts';

const news = (uri?: string): TaskEvent => ({
  id: 'event-1',
  type: eventType('dataset.received'),
  source: 'lake',
  subject: 'pears',
  time: '2026-01-01T00:00:00.000Z',
  data: { generation: 1, datasetId: 'pears', documents: {}, ...(uri === undefined ? {} : { uri }) },
});

describe('a dataset that is announced on the bus', () => {
  it('becomes one subject that tells where it lies, however often it is told', async () => {
    const options = { bus: new InProcessEventBus(), store: new InMemoryTaskStore(), artifacts: new InMemoryArtifactStore() };
    acceptDatasets(options);

    for (let times = 0; times < 3; times += 1) await options.bus.publish('dataset.received', 'pears', news('s3://lake/pears/'));

    const record = await options.store.get('pears');
    expect(record).toMatchObject({ kind: 'dataset', datasetId: 'pears', state: 'dataset.received' });
    expect(await getJson(options.artifacts, record?.documents['location'] ?? '')).toEqual({ kind: 's3', uri: 's3://lake/pears/' });
    expect((await options.store.page({}, 10)).records).toHaveLength(1);
  });

  it('says whether it was news', async () => {
    const options = { store: new InMemoryTaskStore(), artifacts: new InMemoryArtifactStore() };

    expect([await acceptDataset(news('s3://lake/pears/'), options), await acceptDataset(news('s3://lake/pears/'), options)]).toEqual(['accepted', 'repeated']);
  });

  it('is left to the listing of a prefix that is watched', async () => {
    const options = { bus: new InProcessEventBus(), store: new InMemoryTaskStore(), artifacts: new InMemoryArtifactStore() };
    const told: string[] = [];
    acceptDatasets({ ...options, isWatched: (uri) => told.push(uri) > 0 });

    await options.bus.publish('dataset.received', 'pears', news('s3://lake/pears/'));

    expect(told).toEqual(['s3://lake/pears/']);
    expect(await options.store.get('pears')).toBeUndefined();
  });

  it('is left to the store where the news name no place', async () => {
    const options = { bus: new InProcessEventBus(), store: new InMemoryTaskStore(), artifacts: new InMemoryArtifactStore() };
    acceptDatasets(options);

    await options.bus.publish('dataset.received', 'pears', news());

    expect(await options.store.get('pears')).toBeUndefined();
  });
});
