import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeServers } from '@mle-smith/tools/testbed';
import { differences, digestTree } from '../chaos/digest-tree.ts';
import { launch } from '../chaos/launch.ts';
import { Cluster, SERVERS, settingsOn, STATIONS } from './cluster.ts';
import { newName } from './names.ts';
import { startService } from './service-process.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DATASET = join(ROOT, 'examples', 'penguins');

await describeServers('stations as services on real servers', SERVERS, (servers) => {
  let place: string;
  let prepared: Cluster;
  // Attempts are traced, and the collector of traces is out of reach all the time.
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'mle-smith-cluster-'));
    prepared = await Cluster.open({
      ...(await settingsOn(newName(), servers)),
      MLE_SMITH_MAX_TASKS: '2',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await closedPort()}`,
    });
  });
  afterAll(async () => {
    await prepared.close();
    await rm(place, { recursive: true, force: true });
  });

  const smith = (settings: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    launch('env', [...Object.entries(settings).map(([name, value]) => `${name}=${value}`), join(ROOT, 'mle-smith'), ...args]);

  it('make the same packages, byte for byte, as a run on this machine, and end in order', async () => {
    const cluster = prepared;
    try {
      await cluster.start(STATIONS);
      const { url, key } = await cluster.startGateway();
      const access = { MLE_SMITH_SERVER_KEY: key };

      const far = await smith(access, 'run', DATASET, '--server', url, '--out', join(place, 'far'), '--json');
      const audit = await smith(access, 'audit', '--server', url);
      const codes = await cluster.stop();
      const here = await smith({}, 'run', DATASET, '--out', join(place, 'here'), '--max-tasks', '2', '--json');

      expect([far.exitCode, far.stderr]).toEqual([here.exitCode, here.stderr]);
      const packages = await digestTree(join(place, 'here', 'tasks'));
      expect(packages.size).toBeGreaterThan(0);
      expect(differences(packages, await digestTree(join(place, 'far', 'tasks')))).toEqual([]);
      expect(audit.stdout).toBe('clean: every invariant holds\n');
      expect(codes).toEqual([...STATIONS, 'gateway'].map(() => 0));
    } finally {
      await cluster.stop();
    }
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

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
