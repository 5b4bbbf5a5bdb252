import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import { orderOf, testCluster, type TestCluster } from '../testing/test-cluster.ts';
import type { KubernetesPodJobs } from './kubernetes-pod-jobs.ts';
import type { PodEnd, PodJobOrder } from './pod-jobs.ts';

const SLEEP = 'sleep 300';
const MISSING_IMAGE = `testbed.local/nothing@sha256:${'0'.repeat(64)}`;

await describeServer('the end of a real pod', 'kube', (server) => {
  let cluster: TestCluster;
  let jobs: KubernetesPodJobs;
  beforeAll(async () => {
    cluster = await testCluster(server);
    const image = server.details['busyboxImage'] ?? '';
    const row = { image, cpu: '200m', cpuRequest: '20m', inputMb: 16 };
    jobs = await cluster.open({
      images: [image, MISSING_IMAGE],
      profiles: {
        'cpu-small': row,
        'no-image': { ...row, image: MISSING_IMAGE },
        'no-node': { ...row, nodeSelector: { 'example.com/pool': 'none' } },
        'no-class': { ...row, runtimeClass: 'nobody-made-it' },
      },
      graceSeconds: { image: 2, unschedulable: 2, refused: 2 },
    });
  });
  afterAll(() => cluster.dispose());

  const endOf = async (order: PodJobOrder, atWork?: (pod: string) => Promise<unknown>): Promise<PodEnd> => {
    const job = await jobs.start(order);
    if (atWork !== undefined) {
      await job.ready();
      await atWork((await cluster.podOf(job.name))?.metadata?.name ?? '');
    }
    const end = await job.ended();
    await job.remove();
    return end;
  };
  const namespace = (): string => cluster.namespaces.solve;

  it('that uses more memory than it may is told as that', async () => {
    const end = await endOf(orderOf('echo begun; tail /dev/zero || x=$(cat /dev/zero | tr "\\0" x)'));

    expect(end).toMatchObject({ code: 'out_of_memory', failure: 'memory', charge: 'task', logsLost: false });
  });

  it('whose inputs take more than their room is told as that, and no task pays for it', async () => {
    const end = await endOf(orderOf('dd if=/dev/zero of=/input/x bs=1024 count=60000; sleep 120'));

    expect(end).toMatchObject({ code: 'input_full', failure: 'config', charge: 'terminal', reason: expect.stringMatching(/limit/) as unknown });
    // Kubelet measures volumes once a minute.
  }, 180_000);

  it('that runs to its deadline is told as that, with its log', async () => {
    const end = await endOf(orderOf(`echo begun; ${SLEEP}`, { limits: { memoryMb: 32, processes: 16, diskMb: 16, deadlineSeconds: 15 } }));

    expect(end).toMatchObject({ code: 'deadline_exceeded', failure: 'timeout', charge: 'task', log: expect.stringContaining('begun') as unknown });
  });

  it('whose image is not there is told after its grace', async () => {
    const end = await endOf(orderOf(SLEEP, { profile: 'no-image' }));

    expect(end).toMatchObject({ code: 'image_unavailable', failure: 'config', charge: 'terminal', logsLost: false });
  });

  it.each<[string, Partial<PodJobOrder>]>([
    ['that no node fits', { profile: 'no-node' }],
    ['that is too large for any node', { limits: { memoryMb: 10_000_000, processes: 16, diskMb: 16, deadlineSeconds: 60 } }],
  ])('%s is told after its grace', async (_, changes) => {
    const end = await endOf(orderOf(SLEEP, changes));

    expect(end).toMatchObject({ code: 'unschedulable', failure: 'capacity', charge: 'terminal' });
  });

  it('of a RuntimeClass that nobody made is told as refused, with its name', async () => {
    const end = await endOf(orderOf(SLEEP, { profile: 'no-class' }));

    expect(end).toMatchObject({ code: 'pod_refused', failure: 'config', charge: 'terminal', reason: expect.stringContaining('nobody-made-it') as unknown });
  });

  it('whose program is not in the image is told as not started', async () => {
    const wrong = await cluster.open({ command: ['/no/such/program'], graceSeconds: { image: 2 } });
    const job = await wrong.start(orderOf(''));

    expect(await job.ended()).toMatchObject({
      code: 'container_not_started',
      failure: 'config',
      charge: 'terminal',
      reason: expect.stringContaining('/no/such/program') as unknown,
    });
    await job.remove();
  });

  it('that a quota never lets begin is told as that, at no cost to the task', async () => {
    const namespace = cluster.namespaces.grade;
    await cluster.core.createNamespacedResourceQuota({ namespace, body: { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } } });

    const end = await endOf(orderOf(SLEEP, { zone: 'grade' }));

    expect(end).toMatchObject({
      code: 'quota_exceeded',
      failure: 'capacity',
      charge: 'infra',
      reason: expect.stringContaining('exceeded quota: none') as unknown,
    });
  });

  it('that somebody deletes is no fault of the program', async () => {
    const end = await endOf(orderOf(SLEEP), (name) => cluster.core.deleteNamespacedPod({ name, namespace: namespace() }));

    expect(end).toMatchObject({ failure: 'infra', charge: 'infra', code: expect.stringMatching(/^pod_(deleted|vanished)$/) as unknown });
  });

  it('that is evicted for the sake of its node is told as disrupted', async () => {
    const end = await endOf(orderOf(SLEEP), (name) =>
      cluster.core.createNamespacedPodEviction({ name, namespace: namespace(), body: { metadata: { name, namespace: namespace() } } }),
    );

    expect(end).toMatchObject({ failure: 'infra', charge: 'infra', code: 'pod_disrupted' });
  });

  it('whose Job somebody deletes is told as that', async () => {
    const job = await jobs.start(orderOf(SLEEP));
    await job.ready();

    await cluster.batch.deleteNamespacedJob({ name: job.name, namespace: namespace(), body: { propagationPolicy: 'Background' } });

    expect(await job.ended()).toMatchObject({ failure: 'infra', charge: 'infra', code: 'job_vanished' });
    await job.remove();
  });

  it('whose Job is suspended is told as that', async () => {
    const job = await jobs.start(orderOf(SLEEP));
    await job.ready();

    await cluster.suspend(job.name);

    expect(await job.ended()).toMatchObject({ failure: 'infra', charge: 'infra', code: 'job_suspended' });
    await job.remove();
  });

  it('is never followed by another pod', async () => {
    const job = await jobs.start(orderOf(SLEEP));
    await job.ready();
    const name = (await cluster.podOf(job.name))?.metadata?.name ?? '';
    await cluster.core.deleteNamespacedPod({ name, namespace: namespace() });

    await job.ended();

    const failed = async (): Promise<boolean> =>
      (await cluster.batch.readNamespacedJob({ name: job.name, namespace: namespace() })).status?.conditions?.some(({ type }) => type === 'Failed') === true;
    expect(await waitFor(failed, 30_000)).toBe(true);
    const pods = await cluster.core.listNamespacedPod({ namespace: namespace(), labelSelector: `batch.kubernetes.io/job-name=${job.name}` });
    expect(pods.items.filter(({ metadata }) => metadata?.name !== name)).toEqual([]);
    await job.remove();
  });

  it('frees the only GPU for the one that waits for it', async () => {
    const patient = await cluster.open({ profiles: { 'gpu-1': { ...gpuRow(server.details['busyboxImage'] ?? '') } }, graceSeconds: { unschedulable: 120 } });
    const first = await patient.start(orderOf(SLEEP, { profile: 'gpu-1' }));
    await first.ready();
    const second = await patient.start(orderOf(SLEEP, { profile: 'gpu-1' }));
    const waits = async (): Promise<boolean> =>
      (await cluster.podOf(second.name))?.status?.conditions?.some(({ message }) => /Insufficient nvidia\.com\/gpu/.test(message ?? '')) === true;
    expect(await waitFor(waits, 20_000)).toBe(true);

    await first.remove();

    await expect(second.ready()).resolves.toMatchObject({ port: 7070 });
    await second.remove();
  });
});

function gpuRow(image: string): { image: string; cpu: string; cpuRequest: string; inputMb: number; accelerator: { resource: string; count: number } } {
  return { image, cpu: '200m', cpuRequest: '20m', inputMb: 16, accelerator: { resource: 'nvidia.com/gpu', count: 1 } };
}
