import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyTopics, KafkaConnection } from '@mle-smith/adapter-kafka';
import { MongoState } from '@mle-smith/adapter-mongo';
import { FACTS } from '@mle-smith/contracts';
import { newSubject } from '@mle-smith/stage-runtime';
import { closedPort, describeServers, serverFor, waitFor } from '@mle-smith/tools/testbed';
import { mixtureOf } from '../chaos/services/faults/mixture.ts';
import { LOADS } from '../chaos/services/load.ts';
import { runFault } from '../chaos/services/run-fault.ts';
import { Cluster, SERVERS, settingsOn } from './cluster.ts';
import { healthWith } from './health-of.ts';
import { newName } from './names.ts';
import { startService } from './service-process.ts';

/** A kill, an end in order and a cut of the store; `node tools/chaos/services/main.ts --rows 43 --seed 14` begins with them. */
const SEED = 14;
const FAULTS = 3;

await describeServers('stations as services on real servers', SERVERS, (servers) => {
  let place: string;
  let prepared: Cluster;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'mle-smith-cluster-'));
    prepared = await Cluster.open(await settingsOn(newName(), servers));
  });
  afterAll(async () => {
    await prepared.close();
    await rm(place, { recursive: true, force: true });
  });

  it('make the same packages, byte for byte, as a run on this machine, through some faults of chance, which are told, and end in order', async () => {
    const prometheus = await serverFor('prometheus');
    const { datasets: write, oracle: undisturbed } = LOADS.tables;
    const datasets = await write(join(place, 'datasets'));
    const oracle = await undisturbed(datasets, join(place, 'here'));
    const collector = `http://127.0.0.1:${await closedPort()}`;
    const fault = mixtureOf({ name: 'some-faults', faults: FAULTS, settings: { OTEL_EXPORTER_OTLP_ENDPOINT: collector } });

    const { problems } = await runFault(fault, {
      servers,
      prometheus: 'missing' in prometheus ? undefined : prometheus,
      datasets,
      oracle,
      seed: SEED,
      folder: join(place, 'far'),
    });

    expect(problems).toEqual([]);
    expect(oracle.packages.size).toBeGreaterThan(0);
  }, 600_000);

  it('are refused by what only an operator can mend, with its name and 78', async () => {
    const settings = await settingsOn(newName(), servers);

    const unprepared = startService('design', settings);
    const misspelt = startService('design', { ...settings, MLE_SMITH_WORKER: '2', S3_BUCKET: '' });

    expect((await unprepared.ended).code).toBe(78);
    expect(JSON.stringify(unprepared.lines)).toMatch(/mle-smith prepare/);
    expect((await misspelt.ended).code).toBe(78);
    expect(misspelt.lines.at(-1)).toMatchObject({
      code: 'service.config_invalid',
      data: { faults: ['MLE_SMITH_WORKER: no such setting; did you mean MLE_SMITH_WORKERS?', 'S3_BUCKET: is missing'] },
    });
    expect(misspelt.noise).toEqual([]);
  });

  it('are refused with 78 where their port is taken, and told which and by what setting', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };

    const second = startService('design', { ...prepared.settings, MLE_SMITH_PORT: String(port) });
    const { code } = await second.ended;
    other.close();

    expect(code).toBe(78);
    expect(JSON.stringify(second.lines.at(-1))).toContain(`MLE_SMITH_PORT: 127.0.0.1:${port} is taken by another process`);
    expect(second.lines.at(-1)).toMatchObject({ code: 'service.config_invalid' });
  });

  it('touch nothing where a topic is missing, also one that they only publish to', async () => {
    const prefix = `${newName()}.`;
    const settings: Record<string, string> = { ...prepared.settings, KAFKA_TOPIC_PREFIX: prefix };
    const connection = KafkaConnection.parse({ brokers: [settings['KAFKA_BROKERS']] });
    await applyTopics(connection, { prefix, facts: FACTS.filter((fact) => fact !== 'task.verified') });
    const state = await MongoState.open(settings['MONGODB_URI'] ?? '');
    await state.tasks.insert(newSubject({ id: 'waiting', kind: 'dataset', datasetId: 'waiting', state: 'dataset.received' }, Date.now() + 3_600_000));
    await state.tasks.requestCancel('waiting');

    const { ended, lines } = startService('ingest', settings);
    try {
      expect((await ended).code).toBe(78);
      expect(JSON.stringify(lines.at(-1))).toContain(`[topics=${prefix}task.verified]`);
      expect(await state.tasks.get('waiting')).toMatchObject({ state: 'dataset.received' });
    } finally {
      await state.close();
    }
  });

  it('work on what the store holds while the brokers are out of reach, alive and started but not ready', async () => {
    const state = await MongoState.open(prepared.settings['MONGODB_URI'] ?? '');
    await state.tasks.insert(newSubject({ id: 'unwanted', kind: 'dataset', datasetId: 'unwanted', state: 'dataset.received' }, Date.now() + 3_600_000));
    await state.tasks.requestCancel('unwanted');

    const deaf = startService('ingest', { ...prepared.settings, KAFKA_BROKERS: `127.0.0.1:${await closedPort()}` });
    try {
      // Others that an earlier case left may be refused before it.
      const told = () => deaf.lines.find(({ code, dataset }) => code === 'dataset.refused' && dataset === 'unwanted');
      await waitFor(async () => told() !== undefined, 60_000);
      expect(told()).toMatchObject({ dataset: 'unwanted', data: { reason: 'cancelled' } });
      expect(await healthWith(deaf, ['mongodb', 'object store'])).toEqual({
        '/livez': [200, { status: 'ok' }],
        '/startupz': [200, { status: 'ok' }],
        '/readyz': [503, { status: 'failed', dependencies: { mongodb: 'ok', 'object store': 'ok', kafka: expect.stringMatching(/failed|timeout/) as string } }],
      });
    } finally {
      deaf.child.kill('SIGTERM');
      await state.close();
    }
    expect((await deaf.ended).code).toBe(0);
  });

  it('answer callers while the brokers are out of reach: the gateway, which needs them for streams of events only', async () => {
    const deaf = prepared.launch('gateway', { settings: { KAFKA_BROKERS: `127.0.0.1:${await closedPort()}` } });
    try {
      await deaf.said('service.starting');
      const { url, key } = prepared.access;
      expect(await waitFor(async () => (await fetch(`${url}/startupz`)).ok, 30_000)).toBe(true);

      const listed = await fetch(`${url}/v1/datasets`, { headers: { authorization: `Bearer ${key}` } });

      expect(listed.status).toBe(200);
      expect(await healthWith(deaf, ['store', 'object store'])).toEqual({
        '/livez': [200, { status: 'ok' }],
        '/startupz': [200, { status: 'ok' }],
        '/readyz': [200, { status: 'ok', dependencies: { store: 'ok', 'object store': 'ok' } }],
      });
    } finally {
      expect(await prepared.stop(['gateway'])).toEqual([0]);
    }
  });

  it.each(['KAFKA_BROKERS', 'MONGODB_URI', 'S3_ENDPOINT'])(
    'wait for a server that is out of reach (%s), say so, and end with 0 when told to',
    async (variable) => {
      const closed = await closedPort();
      const address = { KAFKA_BROKERS: `127.0.0.1:${closed}`, MONGODB_URI: `mongodb://127.0.0.1:${closed}/x`, S3_ENDPOINT: `http://127.0.0.1:${closed}` };

      const waiting = startService('review', { ...prepared.settings, [variable]: address[variable as keyof typeof address] });
      const line = await waiting.said('service.not_ready');
      waiting.child.kill('SIGTERM');

      expect(JSON.stringify(line)).toContain(`127.0.0.1:${closed}`);
      expect((await waiting.ended).code).toBe(0);
    },
  );
});
