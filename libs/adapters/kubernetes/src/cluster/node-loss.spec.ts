import { setHeaderOptions, PatchStrategy } from '@kubernetes/client-node';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import { orderOf, randomName, testCluster, type TestCluster } from '../testing/test-cluster.ts';

/** A node of which only the API server knows: nobody runs its pods, and nobody ends them. */
await describeServer('a pod on a node that says nothing', 'kube', (server) => {
  let cluster: TestCluster;
  const node = randomName('ghost');
  const taint = { key: 'example.com/ghost', effect: 'NoSchedule' };
  beforeAll(async () => {
    cluster = await testCluster(server);
    await cluster.core.createNode({ body: { metadata: { name: node, labels: { 'example.com/node': node } }, spec: { taints: [taint] } } });
    const amounts = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '50Gi', pods: '20' };
    const ready = { type: 'Ready', status: 'True', reason: 'Test', message: '', lastHeartbeatTime: new Date(), lastTransitionTime: new Date() };
    await cluster.core.patchNodeStatus(
      { name: node, body: { status: { capacity: amounts, allocatable: amounts, conditions: [ready] } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
  });
  afterAll(async () => {
    await cluster.dispose();
    await cluster.core.deleteNode({ name: node });
  });

  it('is given up some time after it should have been gone, and what it says later is ignored', async () => {
    const image = server.details['busyboxImage'] ?? '';
    const row = { image, cpu: '200m', inputMb: 16, nodeSelector: { 'example.com/node': node }, tolerations: [{ key: taint.key, operator: 'Exists' as const }] };
    const jobs = await cluster.open({ profiles: { 'cpu-small': row }, graceSeconds: { lostNode: 2 } });
    const job = await jobs.start(orderOf('exit 0'));
    const namespace = cluster.namespaces.solve;
    const bound = async (): Promise<boolean> => (await cluster.podOf(job.name))?.spec?.nodeName === node;
    expect(await waitFor(bound, 30_000)).toBe(true);
    const name = (await cluster.podOf(job.name))?.metadata?.name ?? '';
    const say = (status: object): Promise<unknown> =>
      cluster.core.patchNamespacedPodStatus({ name, namespace, body: { status } }, setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch));
    const container = (state: object): object => ({ name: 'sandbox', image: '', imageID: '', ready: true, restartCount: 0, state });
    await say({ phase: 'Running', podIP: '10.9.9.9', containerStatuses: [container({ running: {} })] });
    expect(await job.ready()).toMatchObject({ host: '10.9.9.9' });

    await cluster.core.deleteNamespacedPod({ name, namespace });
    const end = await job.ended();
    await say({ phase: 'Succeeded', containerStatuses: [container({ terminated: { exitCode: 0 } })] });

    expect(end).toMatchObject({ code: 'node_lost', failure: 'infra', charge: 'infra', logsLost: true, reason: expect.stringContaining(node) as unknown });
    expect(await job.ended()).toBe(end);
    await job.remove();
  });
});
