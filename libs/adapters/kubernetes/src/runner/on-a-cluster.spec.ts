import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { V1Pod } from '@kubernetes/client-node';
import { ATTACKS, describeJobRunner, openAttackRange, type AttackRange } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { describeServer, runtimeImage, waitFor } from '@mle-smith/tools/testbed';
import type { PodSettingsInput } from '../cluster/settings.ts';
import { testCluster, type TestCluster } from '../testing/test-cluster.ts';
import { KubernetesJobRunner } from './kubernetes-job-runner.ts';
import { inputIn, programOf } from './testing/program-of.ts';

const MAIN = join(import.meta.dirname, 'testing', 'run-job-main.ts');

/** What one user in one container cannot be kept from, and what it comes to. */
const GETS_THROUGH: Readonly<Record<string, string>> = {
  'changes its inputs': 'it changes the mode of its own inputs, and cannot write them',
};

const PROFILES = { measure: 'cpu', solve: 'cpu', grade: 'cpu' };
const SECRET = 'secret of this suite';
const COMMAND = ['/mle-smith/venv/bin/python', '-P', '-s', '/mle-smith/src/mle_env/server/listen.py', '/mle-smith/src'];

await describeServer('with a real cluster', 'kube', (server) => {
  let cluster: TestCluster;
  let image: string;
  beforeAll(async () => {
    cluster = await testCluster(server);
    image = await runtimeImage(server);
  }, 300_000);
  afterAll(() => cluster.dispose());

  const changes = (): Partial<PodSettingsInput> => ({
    images: [image],
    profiles: { cpu: { image, cpu: '1', cpuRequest: '50m', memoryRequestMb: 64, inputMb: 256 } },
    command: COMMAND,
  });
  const open = async (): Promise<{ jobs: KubernetesJobRunner; artifacts: InMemoryArtifactStore; close: () => Promise<void> }> => {
    const artifacts = new InMemoryArtifactStore();
    const pods = await cluster.open(changes());
    const jobs = new KubernetesJobRunner({ artifacts, pods, secret: SECRET, profiles: PROFILES, mostWarm: 2, warmIdleMs: 60_000 });
    return { jobs, artifacts, close: () => jobs.close() };
  };

  // One that a case that failed has left would hold the pipes of Jest.
  const begun: ChildProcess[] = [];
  afterEach(() => begun.splice(0).forEach((child) => child.kill('SIGKILL')));
  const begin = (order: object) => {
    const child = spawn(process.execPath, [MAIN, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
    begun.push(child);
    return child;
  };

  /** Lists the pods of Jobs of such names that were not there before: those of other cases may be on their way out. */
  const newPods = async (prefix: string): Promise<() => Promise<readonly V1Pod[]>> => {
    const pods = async () =>
      (await cluster.core.listNamespacedPod({ namespace: cluster.namespaces.solve })).items.filter(
        ({ metadata }) => metadata?.labels?.['batch.kubernetes.io/job-name']?.startsWith(prefix) === true,
      );
    const before = new Set((await pods()).map(({ metadata }) => metadata?.uid));
    return async () => (await pods()).filter(({ metadata }) => !before.has(metadata?.uid));
  };

  describeJobRunner('KubernetesJobRunner (pods)', open);

  it('takes a job up where it is after the process that began it was killed', async () => {
    const program = 'import os, time\nprint(time.time(), flush=True)\nopen("begun", "w")\nwhile not os.path.exists("end"): time.sleep(0.1)\n';
    const order = { kubeconfigFile: server.address, settings: cluster.settings(changes()), secret: SECRET, program };
    const podsSince = await newPods('mls-spec');
    const first = begin(order);
    await once(first.stdout, 'data');
    const [pod = ''] = (await podsSince()).map(({ metadata }) => metadata?.name);
    expect(await waitFor(() => cluster.runsIn(pod, 'test', '-e', '/output/begun'), 60_000)).toBe(true);
    first.kill('SIGKILL');
    expect(await cluster.runsIn(pod, 'touch', '/output/end')).toBe(true);
    const { jobs, artifacts, close } = await open();
    const succeeded = Date.now() / 1_000;
    const result = await jobs.run(programOf(program, { inputs: [await inputIn(artifacts)] }));
    await close();

    expect(result).toMatchObject({ status: 'succeeded' });
    expect(Number(result.log)).toBeLessThan(succeeded);
    expect(cluster.notices.filter(({ kind }) => kind === 'adopted')).toHaveLength(1);
  }, 120_000);

  describe('with a session', () => {
    const started = 'import os, time\nprint(open("/proc/1/stat").read().rpartition(")")[2].split()[19])\n';
    const leaves = `${started}for path in "/tmp/a", "/dev/shm/b", "c": open(path, "w")\nif os.fork() == 0: time.sleep(600)\n`;
    const looks = `${started}print([name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())], os.listdir("/tmp"), os.listdir("/dev/shm"), os.listdir("."))\n`;

    it('runs its jobs in one pod, where each finds nothing of the one before', async () => {
      const { jobs, close } = await open();
      const [mine, other] = [new AbortController(), new AbortController()].map(({ signal }) => ({ over: signal }));
      const logs: string[] = [];
      for (const [session, text] of [
        [other, leaves],
        [mine, leaves],
        [mine, looks],
      ] as const)
        logs.push((await jobs.run(programOf(text, session === undefined ? {} : { session }))).log);
      await close();

      expect(logs[2]).toBe(`${logs[1]}[] [] [] []\n`);
      expect(logs[1]).not.toBe(logs[0]);
    }, 120_000);

    it('has its pod end by itself after the process that had it was killed', async () => {
      const settings = cluster.settings(changes());
      const order = { kubeconfigFile: server.address, settings, secret: SECRET, program: 'print("done")\n', session: { life: 3_600, abandoned: 20 } };
      const podsSince = await newPods('mls-session');
      const phases = async () => (await podsSince()).map(({ status }) => status?.phase);
      const first = begin(order);
      expect(await lineOf(first.stdout, 'done')).toBe(true);

      expect(await phases()).toEqual(['Running']);
      first.kill('SIGKILL');
      expect(await waitFor(async () => (await phases()).join() === 'Succeeded', 120_000)).toBe(true);
    }, 240_000);
  });

  describe('a pod', () => {
    let range: AttackRange;
    beforeAll(async () => {
      const { jobs, artifacts } = await open();
      range = await openAttackRange(jobs, artifacts);
    }, 60_000);
    afterAll(() => range.close());

    // A pod is the same for both; one for each of ours' attacks besides would take eight minutes.
    describe.each(['ours', 'untrusted'] as const)('for a program that is %s', (trust) => {
      it.each(ATTACKS.filter((attack) => (attack.only ?? 'ours') === trust))(
        'stops one that $title, and serves the next',
        async (attack) => {
          const through = await range.attempt(attack, trust);
          expect(through === undefined ? 'stopped' : (GETS_THROUGH[attack.title] ?? through)).toBe(GETS_THROUGH[attack.title] ?? 'stopped');
        },
        60_000,
      );
    });
  });
});

/** Whether a line comes before the end. */
async function lineOf(stream: Readable, wanted: string): Promise<boolean> {
  for await (const line of createInterface({ input: stream })) if (line === wanted) return true;
  return false;
}
