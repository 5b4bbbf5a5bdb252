import { describeServers, ownServer, TcpProxy, waitFor, type OwnServer } from '@mle-smith/tools/testbed';
import { Cluster, SERVERS, settingsOn } from './cluster.ts';
import { healthOf, healthWith } from './health-of.ts';
import { newName } from './names.ts';
import type { ServiceProcess } from './service-process.ts';

/** An outage is to be seen within this time (platform OB-14). */
const SEEN_MS = 10_000;
const BACK_MS = 60_000;

await describeServers('services whose servers go and come', SERVERS, ([, mongo, s3]) => {
  let broker: OwnServer;
  let doors: Readonly<Record<'mongodb' | 'object store', TcpProxy>>;
  let cluster: Cluster;
  beforeAll(async () => {
    broker = await ownServer('kafka');
    const uri = new URL(mongo?.address ?? '');
    doors = { mongodb: await TcpProxy.before(uri.host), 'object store': await TcpProxy.before(new URL(s3?.address ?? '').host) };
    if (mongo === undefined || s3 === undefined) return;
    uri.host = doors.mongodb.address;
    cluster = await Cluster.open(
      await settingsOn(newName(), [broker.server, { ...mongo, address: uri.href }, { ...s3, address: `http://${doors['object store'].address}` }]),
    );
  }, 120_000);
  afterAll(async () => {
    await cluster.close();
    await Promise.all(Object.values(doors).map((door) => door.close()));
    await broker.dispose();
  }, 60_000);

  const reaches = async (service: ServiceProcess, status: number, withinMs: number): Promise<boolean> =>
    waitFor(async () => (await healthOf(service))['/readyz']?.[0] === status, withinMs, 500);

  it('are not ready as soon as one of them is away, live on, and are ready again when it is back: a station', async () => {
    await cluster.start(['review']);
    const station = cluster.services.get('review') as ServiceProcess;
    const outages = {
      kafka: { begin: () => broker.stop('SIGKILL'), end: () => broker.start() },
      mongodb: { begin: async () => doors.mongodb.cut(), end: async () => doors.mongodb.heal() },
      'object store': { begin: async () => doors['object store'].cut(), end: async () => doors['object store'].heal() },
    };
    expect(await reaches(station, 200, BACK_MS)).toBe(true);

    for (const [name, { begin, end }] of Object.entries(outages)) {
      await begin();
      const seen = await reaches(station, 503, SEEN_MS);
      const others = Object.keys(outages).filter((other) => other !== name);
      const { '/livez': live, '/readyz': ready } = await healthWith(station, others);
      await end();

      expect({ name, seen, live: live?.[0], others: (ready?.[1] as { dependencies: Record<string, string> }).dependencies }).toMatchObject({
        name,
        seen: true,
        live: 200,
        others: { ...{ kafka: 'ok', mongodb: 'ok', 'object store': 'ok' }, [name]: expect.stringMatching(/failed|timeout/) as string },
      });
      expect([name, await reaches(station, 200, BACK_MS)]).toEqual([name, true]);
    }
    expect(await cluster.stop(['review'])).toEqual([0]);
  }, 240_000);

  it('answer that they live and are not ready while they wait for the first: the gateway, which turns callers down', async () => {
    doors.mongodb.cut();
    const gateway = cluster.launch('gateway');
    const headers = { authorization: `Bearer ${cluster.access.key}` };
    try {
      const early = await healthOf(gateway);
      const refused = await fetch(`${cluster.access.url}/v1/datasets`, { headers });
      doors.mongodb.heal();
      const ready = await reaches(gateway, 200, BACK_MS);

      expect(early).toMatchObject({
        '/livez': [200, { status: 'ok' }],
        '/startupz': [503, { status: 'failed' }],
        '/readyz': [503, { dependencies: { store: 'failed', 'object store': 'failed' } }],
      });
      expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ code: 'unavailable' })]);
      expect([ready, (await fetch(`${cluster.access.url}/v1/datasets`, { headers })).status]).toEqual([true, 200]);
    } finally {
      doors.mongodb.heal();
      expect(await cluster.stop(['gateway'])).toEqual([0]);
    }
  }, 120_000);
});
