import { waitFor } from '../../../wait-for.ts';
import type { KubeCall } from '../api.ts';

const POD_MS = 40_000;
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** What the specs look at of a pod. */
export interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly reason?: string; readonly message?: string }[];
    readonly containerStatuses?: readonly { readonly containerID?: string; readonly state: { readonly terminated?: { readonly exitCode: number } } }[];
  };
}

/** How the Jobs of a spec run. */
export interface JobSettings {
  readonly image: string;
  readonly runtimeClass: string;
  readonly gpus?: number;
  /** A quantity of Kubernetes; 32Mi where it is not given. */
  readonly memory?: string;
  /** Whether it has the token of its account; it has not where this is not given. */
  readonly token?: boolean;
}

/** Jobs in a namespace that asks for restricted pods. */
export class SpecJobs {
  readonly #call: KubeCall;
  readonly namespace: string;

  private constructor(call: KubeCall, namespace: string) {
    this.#call = call;
    this.namespace = namespace;
  }

  /** Makes the namespace. */
  static async in(call: KubeCall, namespace: string): Promise<SpecJobs> {
    await call('POST', '/api/v1/namespaces', { metadata: { name: namespace, labels: RESTRICTED } });
    return new SpecJobs(call, namespace);
  }

  /** Makes a Job that runs a line of shell; throws where the cluster refuses it. */
  async create(name: string, command: string, settings: JobSettings): Promise<void> {
    const { status, body } = await this.#call('POST', `/apis/batch/v1/namespaces/${this.namespace}/jobs`, jobOf(name, command, settings));
    if (status !== 201) throw new Error(`the Job was refused [answer=${JSON.stringify(body)}]`);
  }

  /** The pod of a Job as soon as it is so; throws after `withinMs`. */
  async podThat(name: string, is: (pod: Pod) => boolean, withinMs = POD_MS): Promise<Pod> {
    let pod: Pod | undefined;
    const came = await waitFor(async () => (pod = await this.#podOf(name)) !== undefined && is(pod), withinMs);
    if (!came || pod === undefined) throw new Error(`the pod did not get there [job=${name}, pod=${JSON.stringify(pod?.status)}]`);
    return pod;
  }

  /** What a pod has written. */
  async logOf(pod: Pod): Promise<unknown> {
    return (await this.#call('GET', `/api/v1/namespaces/${this.namespace}/pods/${pod.metadata.name}/log`)).body;
  }

  /** Removes the namespace with everything in it. */
  async remove(): Promise<void> {
    await this.#call('DELETE', `/api/v1/namespaces/${this.namespace}`);
  }

  async #podOf(name: string): Promise<Pod | undefined> {
    const { body } = await this.#call('GET', `/api/v1/namespaces/${this.namespace}/pods?labelSelector=job-name=${name}`);
    return (body as { items: readonly Pod[] }).items[0];
  }
}

/** Whether a pod is over. */
export function ended({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}

/** Whether a pod runs and has an address. */
export function running({ status }: Pod): boolean {
  return status.phase === 'Running' && status.podIP !== undefined;
}

/** A Job as a strict cluster wants it. */
function jobOf(name: string, command: string, { image, runtimeClass, gpus = 0, memory = '32Mi', token = false }: JobSettings): object {
  const container = {
    name: 'main',
    image,
    command: ['sh', '-c', command],
    env: [{ name: 'MACHINE', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }],
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    resources: { limits: { cpu: '1', memory, ...(gpus > 0 ? { 'nvidia.com/gpu': gpus } : {}) }, requests: { cpu: '100m' } },
  };
  const securityContext = { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } };
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: token, securityContext, runtimeClassName: runtimeClass, containers: [container] };
  return { metadata: { name }, spec: { backoffLimit: 0, template: { spec } } };
}
