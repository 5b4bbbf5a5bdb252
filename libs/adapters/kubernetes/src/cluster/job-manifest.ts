import { createHash } from 'node:crypto';
import type { V1Container, V1EnvVar, V1Job, V1PodSpec, V1Volume } from '@kubernetes/client-node';
import { OrderRefusedError, UnsandboxedRefusedError } from './cluster-errors.ts';
import { ANNOTATIONS, CONTAINER, installationLabels, jobName, LABEL_PREFIX, LABELS, labelValue, numberOf } from './names.ts';
import type { PodJobOrder } from './pod-jobs.ts';
import type { PodProfile, PodSettings } from './settings.ts';

/** What the container's own log may take of the node's disk; kubelet rotates it. */
const LOG_MB = 64;
/** Pods leave a node that is not heard of after so long, rather than after the cluster's five minutes. */
const UNREACHABLE_SECONDS = 60;

/** Whether an order may set this variable: those of our server, and those that steer an interpreter and number of threads. */
export function isAllowedVariable(name: string): boolean {
  return /^(MLE_ENV_[A-Z0-9_]+|PYTHON(HASHSEED|UNBUFFERED)|TZ|LANG|LC_ALL|(OMP|OPENBLAS|MKL|NUMEXPR)_NUM_THREADS)$/.test(name) && !FIXED.has(name);
}
const FIXED = new Set(['MLE_ENV_PORT', 'MLE_ENV_PROCESSES']);

/** The Job for an order: a pure function of both. Throws `OrderRefusedError`, `UnsandboxedRefusedError`. */
export function jobManifest(order: PodJobOrder, settings: PodSettings): V1Job {
  const profile = checked(order, settings);
  const labels = labelsOf(order, settings);
  const grace = settings.graceSeconds;
  const manifest: V1Job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(settings, order.key),
      namespace: settings.namespaces[order.zone],
      labels: { ...labels, ...(profile.queue === undefined ? {} : { [LABELS.queue]: profile.queue }) },
      annotations: { [ANNOTATIONS.key]: order.key },
    },
    spec: {
      // Every attempt is one that we count: neither kubelet nor the Job controller repeats.
      backoffLimit: 0,
      parallelism: 1,
      completions: 1,
      podReplacementPolicy: 'Failed',
      // The pod has the deadline; this one ends a Job whose pod never came to run and that nobody watches.
      activeDeadlineSeconds: order.limits.deadlineSeconds + grace.unschedulable + grace.image + 60,
      ttlSecondsAfterFinished: settings.ttlSeconds,
      // Kueue resumes it; without Kueue it must not run past its queue.
      ...(profile.queue === undefined ? {} : { suspend: true }),
      template: {
        metadata: {
          labels,
          // Whoever makes room or empties nodes lets it finish.
          annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', 'karpenter.sh/do-not-disrupt': 'true' },
        },
        spec: podSpec(order, profile, settings),
      },
    },
  };
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...manifest.metadata?.annotations, [ANNOTATIONS.specHash]: specHash(manifest) } } };
}

function podSpec(order: PodJobOrder, profile: PodProfile, settings: PodSettings): V1PodSpec {
  const runtimeClass = profile.runtimeClass ?? settings.runtimeClass;
  const priorityClass = profile.priorityClass ?? settings.priorityClass;
  const hostUsers = profile.hostUsers ?? settings.hostUsers;
  return {
    restartPolicy: 'Never',
    activeDeadlineSeconds: order.limits.deadlineSeconds,
    terminationGracePeriodSeconds: settings.terminationSeconds,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostname: CONTAINER,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    shareProcessNamespace: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userOf(order, settings),
      runAsGroup: settings.gid,
      fsGroup: settings.gid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    nodeSelector: profile.nodeSelector,
    tolerations: [
      ...profile.tolerations.map(({ key, operator, value, effect }) => ({
        key,
        operator,
        ...(value === undefined ? {} : { value }),
        ...(effect === undefined ? {} : { effect }),
      })),
      ...['not-ready', 'unreachable'].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: UNREACHABLE_SECONDS,
      })),
    ],
    ...(runtimeClass === undefined ? {} : { runtimeClassName: runtimeClass }),
    ...(hostUsers === undefined ? {} : { hostUsers }),
    ...(settings.serviceAccount === undefined ? {} : { serviceAccountName: settings.serviceAccount }),
    ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
    ...(settings.imagePullSecrets.length === 0 ? {} : { imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })) }),
    containers: [container(order, profile, settings)],
    volumes: volumes(order, profile),
  };
}

function container(order: PodJobOrder, profile: PodProfile, settings: PodSettings): V1Container {
  return {
    name: CONTAINER,
    image: profile.image,
    imagePullPolicy: 'IfNotPresent',
    command: settings.command,
    env: environment(order, settings),
    ports: [{ name: 'server', containerPort: settings.port, protocol: 'TCP' }],
    resources: resources(order, profile),
    securityContext: {
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: userOf(order, settings),
      runAsGroup: settings.gid,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: MOUNTS.map(([name, mountPath]) => ({ name, mountPath })),
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** Nobody else's: what a pod may have of processes does not depend on its neighbours. */
function userOf(order: PodJobOrder, settings: PodSettings): number {
  const { first, count } = settings.users;
  return first + numberOf(jobName(settings, order.key), count);
}

const MOUNTS: readonly (readonly [string, string])[] = [
  ['input', '/input'],
  ['output', '/output'],
  ['tmp', '/tmp'],
  ['shm', '/dev/shm'],
];

function volumes(order: PodJobOrder, profile: PodProfile): V1Volume[] {
  // As in a sandbox: in memory, each of its own size, so that a limit is met at once and not when kubelet looks; what lies there counts as the job's memory.
  const part = (share: number): number => Math.max(1, Math.ceil(order.limits.diskMb * share));
  const shm = Math.min(profile.shmMb ?? part(1 / 8), Math.max(1, Math.floor(order.limits.memoryMb / 4)));
  return [
    { name: 'input', emptyDir: { sizeLimit: `${inputMb(order, profile)}Mi` } },
    { name: 'output', emptyDir: { medium: 'Memory', sizeLimit: `${part(1 / 2)}Mi` } },
    { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: `${part(3 / 8)}Mi` } },
    { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: `${shm}Mi` } },
  ];
}

function resources(order: PodJobOrder, profile: PodProfile): { requests: Record<string, string>; limits: Record<string, string> } {
  const amounts = {
    memory: `${order.limits.memoryMb}Mi`,
    // Scratch is memory, and counted there.
    'ephemeral-storage': `${inputMb(order, profile) + LOG_MB}Mi`,
    ...(profile.accelerator === undefined ? {} : { [profile.accelerator.resource]: String(profile.accelerator.count) }),
  };
  const memory = `${Math.min(profile.memoryRequestMb ?? order.limits.memoryMb, order.limits.memoryMb)}Mi`;
  return { requests: { cpu: profile.cpuRequest ?? profile.cpu, ...amounts, memory }, limits: { cpu: profile.cpu, ...amounts } };
}

function environment(order: PodJobOrder, settings: PodSettings): V1EnvVar[] {
  const variables = { ...order.environment, MLE_ENV_PORT: String(settings.port), MLE_ENV_PROCESSES: String(order.limits.processes) };
  return Object.entries(variables)
    .map(([name, value]) => ({ name, value }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function inputMb(order: PodJobOrder, profile: PodProfile): number {
  return order.limits.inputMb ?? profile.inputMb;
}

function labelsOf(order: PodJobOrder, settings: PodSettings): Record<string, string> {
  const asked = Object.entries(order.labels).map(([name, text]) => [`${LABEL_PREFIX}${name}`, labelValue(text)] as const);
  return {
    ...Object.fromEntries(asked),
    [LABELS.partOf]: 'mle-smith',
    ...installationLabels(settings),
    [LABELS.zone]: order.zone,
    [LABELS.profile]: order.profile,
    [LABELS.trust]: order.trust,
  };
}

/** The profile's row; throws where the order asks for what it may not have. */
function checked(order: PodJobOrder, settings: PodSettings): PodProfile {
  const refuse = (what: string): never => {
    throw new OrderRefusedError(order.key, what);
  };
  const profile = Object.hasOwn(settings.profiles, order.profile) ? settings.profiles[order.profile] : undefined;
  if (profile === undefined) return refuse(`there is no profile '${order.profile}'; the settings have ${Object.keys(settings.profiles).join(', ')}`);
  for (const [what, amount] of Object.entries(order.limits))
    if (amount !== undefined && (!Number.isSafeInteger(amount) || amount < 1)) refuse(`limits.${what} is no whole number above 0: ${amount}`);
  for (const name of Object.keys(order.environment)) if (!isAllowedVariable(name)) refuse(`the variable '${name}' is none that an order may set`);
  for (const name of Object.keys(order.labels)) if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) refuse(`'${name}' is no name of a label`);
  if (order.trust === 'untrusted' && profile.runtimeClass === undefined && settings.runtimeClass === undefined && !settings.allowUnsandboxed)
    throw new UnsandboxedRefusedError(order.profile);
  return profile;
}

/** A hash of everything that a Job asks for, whatever the order of keys. */
export function specHash(job: V1Job): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted({ labels: job.metadata?.labels, spec: job.spec })))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
