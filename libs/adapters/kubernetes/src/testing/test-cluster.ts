import { randomBytes } from 'node:crypto';
import { createConnection } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { BatchV1Api, CoreV1Api, Exec, KubeConfig, PatchStrategy, setHeaderOptions, type V1Pod, type V1Status } from '@kubernetes/client-node';
import { KubernetesPodJobs, type KubernetesPodJobsOptions } from '../cluster/kubernetes-pod-jobs.ts';
import type { ClusterNotice } from '@mle-smith/contracts';
import type { PodAddress, PodJobOrder } from '../cluster/pod-jobs.ts';
import type { PodSettingsInput } from '../cluster/settings.ts';

/** What a `kube` of the test bed tells. */
export interface ClusterPlace {
  readonly address: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Two namespaces of their own in a real cluster, and an administrator in it. */
export interface TestCluster {
  readonly namespaces: { readonly solve: string; readonly grade: string };
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  /** Settings under which `script` of an order is run by a shell. */
  settings(changes?: Partial<PodSettingsInput>): PodSettingsInput;
  /** Opened and closed at the end of the suite. */
  open(changes?: Partial<PodSettingsInput>, options?: Partial<KubernetesPodJobsOptions>): Promise<KubernetesPodJobs>;
  /** Everything that was told to any of them. */
  readonly notices: ClusterNotice[];
  podOf(job: string, namespace?: string): Promise<V1Pod | undefined>;
  /** Runs a program in the container of a pod of the zone `solve`; whether it ended with 0. */
  runsIn(pod: string, ...command: readonly string[]): Promise<boolean>;
  /** As Kueue does to a Job whose place it gives away, or, with false, to one that it admits. */
  suspend(job: string, value?: boolean): Promise<void>;
  dispose(): Promise<void>;
}

export const randomName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`;

export async function testCluster(server: ClusterPlace): Promise<TestCluster> {
  const config = new KubeConfig();
  config.loadFromFile(server.address);
  const core = config.makeApiClient(CoreV1Api);
  const batch = config.makeApiClient(BatchV1Api);
  const namespaces = { solve: randomName('solve'), grade: randomName('grade') };
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'latest' };
  for (const name of Object.values(namespaces)) await core.createNamespace({ body: { metadata: { name, labels } } });
  // A pod is refused until a controller has made the account that it gets.
  const account = (namespace: string): Promise<boolean> =>
    core.readNamespacedServiceAccount({ name: 'default', namespace }).then(
      () => true,
      () => false,
    );
  for (const name of Object.values(namespaces)) await until(() => account(name), `the namespace ${name} has an account`);
  const instance = randomName('mls');
  const image = server.details['busyboxImage'] ?? '';
  const notices: ClusterNotice[] = [];
  const opened: KubernetesPodJobs[] = [];
  const settings = (changes: Partial<PodSettingsInput> = {}): PodSettingsInput => ({
    instance,
    namespaces,
    images: [image],
    profiles: { 'cpu-small': { image, cpu: '200m', cpuRequest: '20m', inputMb: 16 } },
    command: ['sh', '-c', 'eval "$MLE_ENV_SCRIPT"'],
    allowUnsandboxed: true,
    terminationSeconds: 1,
    ...changes,
  });
  return {
    namespaces,
    core,
    batch,
    settings,
    notices,
    open: async (changes, options = {}) => {
      const jobs = await KubernetesPodJobs.open({
        access: { kubeconfigFile: server.address },
        settings: settings(changes),
        observe: (notice) => void notices.push(notice),
        ...options,
      });
      opened.push(jobs);
      return jobs;
    },
    podOf: async (job, namespace = namespaces.solve) =>
      (await core.listNamespacedPod({ namespace, labelSelector: `batch.kubernetes.io/job-name=${job}` })).items[0],
    runsIn: async (pod, ...command) => {
      const { promise, resolve, reject } = Promise.withResolvers<V1Status>();
      const container = (await core.readNamespacedPod({ name: pod, namespace: namespaces.solve })).spec?.containers[0]?.name ?? '';
      const socket = await new Exec(config).exec(namespaces.solve, pod, container, [...command], new PassThrough().resume(), null, null, false, resolve);
      socket.on('close', () => reject(new Error(`the connection to ${pod} ended before its program`)));
      return (await promise).status === 'Success';
    },
    suspend: async (job, value = true) => {
      const patch = [{ op: 'replace', path: '/spec/suspend', value }];
      await batch.patchNamespacedJob({ name: job, namespace: namespaces.solve, body: patch }, setHeaderOptions('Content-Type', PatchStrategy.JsonPatch));
    },
    dispose: async () => {
      await Promise.all(opened.map((jobs) => jobs.close()));
      for (const name of Object.values(namespaces)) await core.deleteNamespace({ name });
    },
  };
}

/** An order of a shell script. */
export function orderOf(script: string, changes: Partial<PodJobOrder> = {}): PodJobOrder {
  return {
    key: randomName('key'),
    zone: 'solve',
    profile: 'cpu-small',
    trust: 'untrusted',
    limits: { memoryMb: 32, processes: 16, diskMb: 16, deadlineSeconds: 60 },
    environment: { MLE_ENV_SCRIPT: script },
    labels: {},
    ...changes,
  };
}

/** A server that answers `hello` to whoever connects, as long as it lives. */
export const HELLO = 'while true; do echo hello | nc -l -p "$MLE_ENV_PORT"; done';

/** A server that lives until somebody has connected, and then ends with this code. */
export const untilCalled = (code: number): string => `echo bye | nc -l -p "$MLE_ENV_PORT"; exit ${code}`;

/** Calls a server of `untilCalled`, which may not listen yet. */
export async function call({ host, port }: PodAddress): Promise<void> {
  const answered = (): Promise<boolean> =>
    new Promise((resolve) => {
      let said = false;
      createConnection({ host, port })
        .on('data', () => (said = true))
        .on('error', () => undefined)
        .on('close', () => resolve(said));
    });
  await until(answered, `somebody answers at ${host}:${port}`);
}

/** Waits for a condition, a minute at most. */
async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 60_000; !(await condition()); await pause(100)) if (performance.now() > end) throw new Error(`not within 60 s: ${what}`);
}
