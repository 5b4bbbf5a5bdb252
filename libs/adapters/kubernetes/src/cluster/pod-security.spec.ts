import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { describeServer } from '@mle-smith/tools/testbed';
import { orderOf, testCluster, type TestCluster } from '../testing/test-cluster.ts';
import { jobManifest } from './job-manifest.ts';
import { PodSettings } from './settings.ts';

await describeServer('a namespace of restricted pod security', 'kube', (server) => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await testCluster(server);
  });
  afterAll(() => cluster.dispose());

  /** Whether a real API server would take a pod like ours, changed. */
  const taken = async (change: (pod: V1PodSpec, container: V1Container) => void): Promise<boolean> => {
    const { spec } = jobManifest(orderOf('exit 0'), PodSettings.parse(cluster.settings()));
    const pod = structuredClone(spec?.template.spec) as V1PodSpec;
    change(pod, pod.containers[0] as V1Container);
    try {
      await cluster.core.createNamespacedPod({ namespace: cluster.namespaces.solve, body: { metadata: { name: 'tried' }, spec: pod }, dryRun: 'All' });
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 403, body: expect.stringContaining('PodSecurity') as unknown });
      return false;
    }
  };

  it('takes the pods that we make', async () => {
    expect(await taken(() => undefined)).toBe(true);
  });

  it.each<[string, (pod: V1PodSpec, container: V1Container) => void]>([
    ['is privileged', (_, container) => (container.securityContext = { privileged: true })],
    ['may gain rights', (_, container) => (container.securityContext = { ...container.securityContext, allowPrivilegeEscalation: true })],
    ['keeps capabilities', (_, container) => delete container.securityContext?.capabilities],
    [
      'adds a capability',
      (_, container) => (container.securityContext = { ...container.securityContext, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }),
    ],
    [
      'runs as root',
      (pod, container) => (
        (pod.securityContext = { runAsUser: 0 }),
        (container.securityContext = { ...container.securityContext, runAsUser: 0, runAsNonRoot: false })
      ),
    ],
    ['does without seccomp', (_, container) => (container.securityContext = { ...container.securityContext, seccompProfile: { type: 'Unconfined' } })],
    ['sees the network of the node', (pod) => (pod.hostNetwork = true)],
    ['sees the processes of the node', (pod) => (pod.hostPID = true)],
    ['shares memory with the node', (pod) => (pod.hostIPC = true)],
    ['mounts the disk of the node', (pod) => pod.volumes?.push({ name: 'host', hostPath: { path: '/' } })],
    ['takes a port of the node', (_, container) => (container.ports = [{ containerPort: 7070, hostPort: 7070 }])],
    ['sees all of proc', (pod, container) => ((pod.hostUsers = false), (container.securityContext = { ...container.securityContext, procMount: 'Unmasked' }))],
    ['sets what the kernel holds unsafe', (pod) => (pod.securityContext = { ...pod.securityContext, sysctls: [{ name: 'kernel.msgmax', value: '1' }] })],
    ['brings a helper with rights', (pod) => (pod.initContainers = [{ name: 'helper', image: 'x', securityContext: { privileged: true } }])],
  ])('takes none that %s', async (_, change) => {
    expect(await taken(change)).toBe(false);
  });
});
