import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import { exitCodeOf, type ReplicaWork } from '../testing/replica-main.ts';
import { randomName, testCluster, type TestCluster } from '../testing/test-cluster.ts';

const MAIN = join(import.meta.dirname, '../testing/replica-main.ts');
const KEYS = 18;
const KILLS = 3;

await describeServer('three replicas without a leader', 'kube', (server) => {
  let cluster: TestCluster;
  let results: string;
  beforeAll(async () => {
    cluster = await testCluster(server);
    results = await mkdtemp(join(tmpdir(), 'replicas-'));
  });
  afterAll(async () => {
    await cluster.dispose();
    await rm(results, { recursive: true });
  });

  it('get one result for each Job, although they are killed at work, and leave no Job behind', async () => {
    const run = randomName('run');
    const keys = Array.from({ length: KEYS }, (_, number) => `${run}-${number}`);
    const settings = cluster.settings({ listSeconds: 1, graceSeconds: { orphan: 5 } });
    const work: ReplicaWork = { kubeconfigFile: server.address, settings, results, keys, atOnce: 3 };
    const replicas = Array.from({ length: 3 }, () => started(work));
    const done = async (): Promise<number> => (await readdir(results)).length;

    for (let kill = 1; kill <= KILLS; kill += 1) {
      expect(await waitFor(async () => (await done()) >= kill * 3, 60_000)).toBe(true);
      const victim = replicas.shift() as ChildProcess;
      const gone = once(victim, 'exit');
      victim.kill('SIGKILL');
      await gone;
      replicas.push(started(work));
    }
    await Promise.all(replicas.map((replica) => (replica.exitCode === null ? once(replica, 'exit') : undefined)));

    const codes = await Promise.all(keys.map(async (key) => Number(await readFile(join(results, key), 'utf8'))));
    expect(codes).toEqual(keys.map(exitCodeOf));
    await cluster.open({ listSeconds: 1, graceSeconds: { orphan: 5 } });
    const left = async (): Promise<number> => (await cluster.batch.listNamespacedJob({ namespace: cluster.namespaces.solve })).items.length;
    expect(await waitFor(async () => (await left()) === 0, 60_000, 500)).toBe(true);
  }, 240_000);
});

function started(work: ReplicaWork): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, JSON.stringify(work)], { stdio: 'ignore' });
}
