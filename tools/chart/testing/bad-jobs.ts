/** A Job as it is sent, to be changed in any way. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a thief sends has any shape
export type AnyJob = any;

/** What a station that was taken over could send instead of one of its Jobs. */
export interface BadJob {
  readonly what: string;
  /** The profile of the Job that is changed; `cpu` where it does not matter. */
  readonly of?: string;
  readonly change: (job: AnyJob) => void;
  /** A part of what the policy says to it. */
  readonly says: string;
}

export const BAD_JOBS: readonly BadJob[] = [
  { what: 'another image', change: (job) => (sandbox(job).image = `evil.example/miner@sha256:${'0'.repeat(64)}`), says: 'the image is that of its profile' },
  {
    what: 'the image by a tag',
    change: (job) => (sandbox(job).image = sandbox(job).image.replace(/@.*/, ':latest')),
    says: 'the image is that of its profile',
  },
  {
    what: 'the image of another profile',
    change: (job) => (sandbox(job).image = `registry.example:5000/team/mle-smith-cuda@sha256:${'3'.repeat(64)}`),
    says: 'the image is that of its profile',
  },
  { what: 'another command', change: (job) => (sandbox(job).command = ['sh', '-c', 'id']), says: 'the command is' },
  { what: 'further arguments', change: (job) => (sandbox(job).args = ['--open']), says: 'the command is' },
  {
    what: 'a probe that calls from the node',
    change: (job) => (sandbox(job).livenessProbe = { httpGet: { host: '169.254.169.254', port: 80 } }),
    says: 'the command is',
  },
  { what: 'a hook at its end', change: (job) => (sandbox(job).lifecycle = { preStop: { exec: { command: ['id'] } } }), says: 'the command is' },
  { what: 'no runtime class', change: (job) => delete pod(job).runtimeClassName, says: 'the runtime class is that of its profile' },
  { what: 'another runtime class', change: (job) => (pod(job).runtimeClassName = 'runc'), says: 'the runtime class is that of its profile' },
  { what: 'the runtime class of another profile', change: (job) => (pod(job).runtimeClassName = 'kata-gpu'), says: 'the runtime class is that of its profile' },
  {
    what: 'the runtime class of all, where its profile has its own',
    of: 'gpu-1',
    change: (job) => (pod(job).runtimeClassName = 'testbed'),
    says: 'the runtime class is that of its profile',
  },
  {
    what: 'a privileged container',
    change: (job) => Object.assign(sandbox(job).securityContext, { privileged: true, allowPrivilegeEscalation: true }),
    says: 'not privileged',
  },
  { what: 'a way to gain privileges', change: (job) => (sandbox(job).securityContext.allowPrivilegeEscalation = true), says: 'not privileged' },
  { what: 'the user root', change: (job) => Object.assign(sandbox(job).securityContext, { runAsUser: 0, runAsNonRoot: false }), says: 'a user of' },
  { what: 'the user of its services', change: (job) => (sandbox(job).securityContext.runAsUser = 65_532), says: 'a user of' },
  { what: 'a user beyond those of pods', change: (job) => (sandbox(job).securityContext.runAsUser = 2_000_000_000), says: 'a user of' },
  { what: 'another group', change: (job) => (sandbox(job).securityContext.runAsGroup = 0), says: 'the group' },
  { what: 'capabilities', change: (job) => (sandbox(job).securityContext.capabilities = { drop: ['ALL'], add: ['SYS_ADMIN'] }), says: 'no capabilities' },
  {
    what: 'a root that can be written to',
    change: (job) => (sandbox(job).securityContext.readOnlyRootFilesystem = false),
    says: 'a root that cannot be written to',
  },
  { what: 'no filter of system calls', change: (job) => (sandbox(job).securityContext.seccompProfile = { type: 'Unconfined' }), says: 'not privileged' },
  { what: 'a folder of the node', change: (job) => pod(job).volumes.push({ name: 'host', hostPath: { path: '/' } }), says: 'volumes are' },
  { what: 'a secret as a volume', change: (job) => pod(job).volumes.push({ name: 'keys', secret: { secretName: 'keys' } }), says: 'volumes are' },
  {
    what: 'a token as a volume',
    change: (job) => pod(job).volumes.push({ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }),
    says: 'volumes are',
  },
  { what: 'a claim of storage', change: (job) => pod(job).volumes.push({ name: 'data', persistentVolumeClaim: { claimName: 'data' } }), says: 'volumes are' },
  { what: 'a volume without a limit', change: (job) => pod(job).volumes.push({ name: 'more', emptyDir: {} }), says: 'volumes are' },
  { what: 'the network of the node', change: (job) => (pod(job).hostNetwork = true), says: 'shares no namespace' },
  { what: 'the processes of the node', change: (job) => (pod(job).hostPID = true), says: 'shares no namespace' },
  { what: 'the memory of the node', change: (job) => (pod(job).hostIPC = true), says: 'shares no namespace' },
  { what: 'a port of the node', change: (job) => (sandbox(job).ports[0].hostPort = 7070), says: 'shares no namespace' },
  { what: 'names of other hosts', change: (job) => (pod(job).hostAliases = [{ ip: '10.0.0.1', hostnames: ['mongo'] }]), says: 'shares no namespace' },
  { what: 'a token', change: (job) => (pod(job).automountServiceAccountToken = true), says: 'has no token' },
  { what: 'another account', change: (job) => (pod(job).serviceAccountName = 'builder'), says: 'has no token' },
  { what: 'secrets of a registry', change: (job) => (pod(job).imagePullSecrets = [{ name: 'registry' }]), says: 'has no token' },
  {
    what: 'a variable from a secret',
    change: (job) => sandbox(job).env.push({ name: 'MLE_ENV_KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } }),
    says: 'variables are texts',
  },
  { what: 'all variables of a secret', change: (job) => (sandbox(job).envFrom = [{ secretRef: { name: 'keys' } }]), says: 'variables are texts' },
  {
    what: 'a variable that loads a library',
    change: (job) => sandbox(job).env.push({ name: 'LD_PRELOAD', value: '/output/evil.so' }),
    says: 'variables are texts',
  },
  { what: 'a second container', change: (job) => pod(job).containers.push({ ...sandbox(job), name: 'second', ports: [] }), says: 'one container' },
  { what: 'a container before', change: (job) => (pod(job).initContainers = [{ ...sandbox(job), name: 'before', ports: [] }]), says: 'one container' },
  { what: 'a chosen node', change: (job) => (pod(job).nodeName = 'control-plane'), says: 'no node' },
  {
    what: 'a taint of the control plane',
    change: (job) => pod(job).tolerations.push({ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }),
    says: 'no node',
  },
  { what: 'every taint', change: (job) => pod(job).tolerations.push({ operator: 'Exists' }), says: 'no node' },
  { what: 'a priority', change: (job) => (pod(job).priorityClassName = 'system-node-critical'), says: 'no node' },
  { what: 'no limits', change: (job) => delete sandbox(job).resources.limits, says: 'are limited' },
  { what: 'devices of no profile', change: (job) => (sandbox(job).resources.limits['amd.com/gpu'] = '1'), says: 'no devices' },
  { what: 'devices of another profile', change: (job) => (sandbox(job).resources.limits['nvidia.com/gpu'] = '1'), says: 'no devices' },
  { what: 'more devices than its profile has', of: 'gpu-1', change: (job) => devices(job, 'nvidia.com/gpu', '8'), says: 'as many at most' },
  { what: 'another slice of a device beside its own', of: 'gpu-slice', change: (job) => devices(job, 'nvidia.com/gpu', '1'), says: 'no devices' },
  { what: 'no profile', change: (job) => delete job.spec.template.metadata.labels['mle-smith.io/profile'], says: "one of the chart's profiles" },
  {
    what: 'a profile that there is not',
    change: (job) => (job.spec.template.metadata.labels['mle-smith.io/profile'] = 'all'),
    says: "one of the chart's profiles",
  },
  { what: 'nodes of the control plane', change: (job) => (pod(job).nodeSelector = { 'node-role.kubernetes.io/control-plane': '' }), says: 'nodes are chosen' },
  { what: 'nodes of another profile', change: (job) => (pod(job).nodeSelector = { pool: 'gpu' }), says: 'nodes are chosen' },
  { what: 'any node, where its profile chooses', of: 'cpu-large', change: (job) => delete pod(job).nodeSelector, says: 'nodes are chosen' },
  { what: 'the users of the node, where its profile has others', of: 'cpu-small', change: (job) => (pod(job).hostUsers = true), says: 'the users of its node' },
  { what: 'no word on users, where its profile has others', of: 'cpu-small', change: (job) => delete pod(job).hostUsers, says: 'the users of its node' },
  { what: 'the users of the node by name', change: (job) => (pod(job).hostUsers = true), says: 'the users of its node' },
  { what: 'many pods', change: (job) => Object.assign(job.spec, { parallelism: 50, completions: 50 }), says: 'one pod' },
  { what: 'tries without end', change: (job) => (job.spec.backoffLimit = 1_000_000), says: 'one pod' },
  { what: 'no deadline', change: (job) => delete job.spec.activeDeadlineSeconds, says: 'has a deadline' },
  { what: 'a deadline of a year', change: (job) => (job.spec.activeDeadlineSeconds = 31_536_000), says: 'has a deadline' },
  { what: 'no end of its remains', change: (job) => delete job.spec.ttlSecondsAfterFinished, says: 'has a deadline' },
  {
    what: 'the pods of another Job',
    change: (job) => Object.assign(job.spec, { manualSelector: true, selector: { matchLabels: job.spec.template.metadata.labels } }),
    says: 'held by nobody else',
  },
  { what: 'a queue of others', change: (job) => (job.metadata.labels['kueue.x-k8s.io/queue-name'] = 'theirs'), says: 'put into a queue' },
  { what: 'another zone by its label', change: (job) => (job.spec.template.metadata.labels['mle-smith.io/zone'] = 'grade'), says: 'say where and whose' },
  {
    what: 'another installation by its label',
    change: (job) => (job.spec.template.metadata.labels['mle-smith.io/instance'] = 'theirs'),
    says: 'say where and whose',
  },
  { what: 'a label that a mesh reads', change: (job) => (job.spec.template.metadata.labels['sidecar.istio.io/inject'] = 'true'), says: 'no labels but ours' },
  {
    what: 'an annotation that a runtime reads',
    change: (job) => (job.spec.template.metadata.annotations['io.katacontainers.config.hypervisor.path'] = '/tmp/evil'),
    says: 'no annotations',
  },
  { what: 'settings of the kernel', change: (job) => (pod(job).securityContext.sysctls = [{ name: 'kernel.msgmax', value: '1' }]), says: 'adds no groups' },
  { what: 'groups of the node', change: (job) => (pod(job).securityContext.supplementalGroups = [0]), says: 'adds no groups' },
];

function pod(job: AnyJob): AnyJob {
  return job.spec.template.spec;
}

function sandbox(job: AnyJob): AnyJob {
  return pod(job).containers[0];
}

function devices(job: AnyJob, name: string, count: string): void {
  for (const amounts of Object.values<AnyJob>(sandbox(job).resources)) amounts[name] = count;
}
