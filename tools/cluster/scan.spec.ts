import { KafkaConnection, KafkaEventBus } from '@mle-smith/adapter-kafka';
import { MongoState } from '@mle-smith/adapter-mongo';
import { S3ArtifactStore, type S3Bucket } from '@mle-smith/adapter-s3';
import { Dataset, eventType } from '@mle-smith/contracts';
import { digestOf, getJson } from '@mle-smith/package';
import { bucketOf, readConfig, STORE_SETTINGS } from '@mle-smith/service';
import type { SubjectRecord } from '@mle-smith/stage-runtime';
import { describeServers, waitFor } from '@mle-smith/tools/testbed';
import { createHash } from 'node:crypto';
import { Cluster, SERVERS, settingsOn } from './cluster.ts';
import { metricsOf } from './metrics-of.ts';
import { newName } from './names.ts';

/** More than one page of a listing. */
const MANY = 1_010;
/** A thousand files are looked at and packed, on a machine that others use too. */
const LONGEST_MS = 180_000;
const TABLE = `x,y\n${Array.from({ length: 300 }, (_, row) => `${row},${row % 7}\n`).join('')}`;

await describeServers('a lake that ingest watches', SERVERS, (servers) => {
  const lakeName = newName();
  let cluster: Cluster;
  let lake: S3Bucket;
  let state: MongoState;
  const put = (key: string, text: string): Promise<void> => lake.put(key, Buffer.from(text), createHash('sha256').update(text).digest('base64'));
  const datasets = async (): Promise<readonly SubjectRecord[]> => (await state.tasks.page({ kind: 'dataset' }, 100)).records;
  beforeAll(async () => {
    cluster = await Cluster.open({
      ...(await settingsOn(newName(), servers)),
      MLE_SMITH_SOURCE_BUCKETS: lakeName,
      MLE_SMITH_SCAN_PREFIXES: `s3://${lakeName}/fruit/`,
      MLE_SMITH_SCAN_SECONDS: '1',
      MLE_SMITH_SCAN_QUIET_SECONDS: '1',
    });
    lake = bucketOf(readConfig(STORE_SETTINGS, cluster.settings, 'any'), lakeName);
    await lake.ensure();
    state = await MongoState.open(cluster.settings['MONGODB_URI'] ?? '');
  });
  afterAll(async () => {
    await state.close();
    lake.close();
    await cluster.close();
  });

  it(
    'gives each folder once, whole, whichever replica takes it, and what an event tells of besides',
    async () => {
      await put('fruit/loose.csv', TABLE);
      await put('fruit/pears/a.csv', TABLE);
      await put('elsewhere/figs/a.csv', TABLE);
      const names = Array.from({ length: MANY }, (_, number) => number);
      while (names.length > 0)
        await Promise.all(names.splice(0, 50).map((number) => put(`fruit/many/${number % 2 === 0 ? 'even' : 'odd'}/${number}.txt`, `the number ${number}`)));
      const bus = new KafkaEventBus({
        connection: KafkaConnection.parse({ brokers: [cluster.settings['KAFKA_BROKERS']] }),
        group: newName(),
        topicPrefix: cluster.settings['KAFKA_TOPIC_PREFIX'] ?? '',
        version: 'lake',
        onCrash: () => undefined,
      });
      for (const [id, uri] of [
        ['figs', `s3://${lakeName}/elsewhere/figs/`],
        ['pears', `s3://${lakeName}/fruit/pears/`],
      ] as const)
        await bus.publish('dataset.received', id, {
          id: `event-${id}`,
          type: eventType('dataset.received'),
          source: 'a-lake',
          subject: id,
          time: '2026-01-02T03:04:05.000Z',
          data: { generation: 1, datasetId: id, documents: {}, uri },
        });
      await bus.close();

      await cluster.start(['ingest', 'ingest#2']);
      const all = await waitFor(async () => (await datasets()).filter((record) => record.state !== 'dataset.received').length === 3, LONGEST_MS, 200);
      const artifacts = new S3ArtifactStore({ bucket: bucketOf(readConfig(STORE_SETTINGS, cluster.settings, 'any'), cluster.settings['S3_BUCKET'] ?? '') });
      const found = await datasets();
      const filesOf = async ({ documents }: SubjectRecord): Promise<number> =>
        Dataset.parse(await getJson(artifacts, documents['dataset'] ?? digestOf(''))).files.length;

      expect([all, found.map(({ id, state: at }) => [id.replace(/-[0-9a-f]{10}$/, ''), at]).sort()]).toEqual([
        true,
        [
          ['figs', 'dataset.registered'],
          ['many', 'dataset.registered'],
          ['pears', 'dataset.registered'],
        ],
      ]);
      expect(await Promise.all(found.filter(({ id }) => id.startsWith('many')).map(filesOf))).toEqual([MANY]);
    },
    2 * LONGEST_MS,
  );

  it(
    'gives a folder that is written to later as another dataset, and tells of all in its metrics',
    async () => {
      await put('fruit/pears/b.csv', TABLE);

      const came = await waitFor(
        async () => (await datasets()).filter(({ id, state: at }) => id.startsWith('pears-') && at === 'dataset.registered').length === 2,
        LONGEST_MS,
        200,
      );
      const pages = await Promise.all([...cluster.services.values()].map(metricsOf));

      expect(came).toBe(true);
      expect((await datasets()).length).toBe(4);
      const sum = (start: string): number =>
        pages.flatMap((page) => page.split('\n').filter((line) => line.startsWith(start))).reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
      expect(sum(`mlesmith_ingest_objects_total{source="${lakeName}",outcome="taken"`)).toBe(1 + MANY + 2);
      expect(sum(`mlesmith_ingest_objects_total{source="${lakeName}",outcome="known"`)).toBeGreaterThan(MANY);
      expect(sum(`mlesmith_ingest_settle_seconds_count{source="${lakeName}"`)).toBe(3);
      expect(sum(`mlesmith_ingest_bytes_total{source="${lakeName}"`)).toBeGreaterThan(4 * TABLE.length);
    },
    2 * LONGEST_MS,
  );
});
