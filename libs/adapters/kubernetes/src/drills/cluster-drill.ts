import { setTimeout as rest } from 'node:timers/promises';
import { ApiException, BatchV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions, Watch, type V1Job, type V1Pod } from '@kubernetes/client-node';
import { PodSettings } from '../cluster/settings.ts';
import { PodChannel, type Welcome } from '../runner/pod-channel.ts';
import { tokenOf } from '../runner/pod-order.ts';
import { randomName } from '../testing/test-cluster.ts';
import { JobBook, type SeenJob } from './job-book.ts';

/** How the server of a pod stands with its job. */
export type Seen = Welcome['state'];

const AGAIN_MS = 200;
const PORT = PodSettings.shape.port.parse(undefined);

/** What administrators and strangers can do to the Jobs of an installation, for drills: see all that there ever was, delete, evict, empty nodes, visit pods. It has two namespaces of its own. */
export class ClusterDrill {
  readonly namespaces: { readonly solve: string; readonly grade: string };
  /** All Jobs of both namespaces since they were made. */
  readonly book = new JobBook();
  readonly #config = new KubeConfig();
  readonly #core: CoreV1Api;
  readonly #batch: BatchV1Api;
  readonly #closing = new AbortController();
  readonly #watches: Promise<void>[] = [];

  private constructor(kubeconfigFile: string) {
    this.#config.loadFromFile(kubeconfigFile);
    this.#core = this.#config.makeApiClient(CoreV1Api);
    this.#batch = this.#config.makeApiClient(BatchV1Api);
    this.namespaces = { solve: randomName('solve'), grade: randomName('grade') };
  }

  static async open(kubeconfigFile: string): Promise<ClusterDrill> {
    const drill = new ClusterDrill(kubeconfigFile);
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'latest' };
    for (const name of Object.values(drill.namespaces)) {
      await drill.#core.createNamespace({ body: { metadata: { name, labels } } });
      const { metadata } = await drill.#batch.listNamespacedJob({ namespace: name });
      const from = metadata?.resourceVersion ?? '';
      drill.#watches.push(drill.#follow(`/apis/batch/v1/namespaces/${name}/jobs`, from, (type, job) => drill.book.hearJob(type, job as V1Job)));
      drill.#watches.push(drill.#follow(`/api/v1/namespaces/${name}/pods`, from, (type, pod) => drill.book.hearPod(type, pod as V1Pod)));
    }
    return drill;
  }

  /** As `kubectl delete job` does. */
  async deleteJob({ namespace, name }: SeenJob): Promise<void> {
    await this.#batch.deleteNamespacedJob({ namespace, name, body: { propagationPolicy: 'Background' } });
  }

  /** As `kubectl delete pod` does. */
  async deletePod({ namespace, pod = '' }: SeenJob): Promise<void> {
    await this.#core.deleteNamespacedPod({ namespace, name: pod });
  }

  /** As `kubectl drain` does with each pod of a node; one that has gone meanwhile is well. */
  async evictPod({ namespace, pod = '' }: SeenJob): Promise<void> {
    try {
      await this.#core.createNamespacedPodEviction({ namespace, name: pod, body: { metadata: { namespace, name: pod } } });
    } catch (error) {
      if (!(error instanceof ApiException && error.code === 404)) throw error;
    }
  }

  /** Whether the nodes take pods from now on, as `kubectl cordon` and `uncordon` say. */
  async cordon(unschedulable: boolean): Promise<void> {
    const { items } = await this.#core.listNode();
    for (const { metadata } of items)
      await this.#core.patchNode(
        { name: metadata?.name ?? '', body: { spec: { unschedulable } } },
        setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
      );
  }

  /**
   * Asks the server of a pod how it stands with its job; undefined where nobody answers. Whoever was connected is sent
   * away for good: only for pods whose holder is dead or soon will be. `secret` is that of the installation.
   */
  async visit({ key, host, name }: SeenJob, secret: string): Promise<Seen | undefined> {
    if (host === undefined) return undefined;
    try {
      const channel = await PodChannel.open(name, { host, port: PORT }, tokenOf(secret, key), 'drill');
      channel.close();
      return channel.welcome.state;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'pod_connection_lost') return undefined;
      throw error;
    }
  }

  /** Removes the namespaces with everything in them. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#watches);
    for (const name of Object.values(this.namespaces)) await this.#core.deleteNamespace({ name });
  }

  /** Hears every change from a version on: where a watch ends, the next one begins with the last version that was heard. */
  async #follow(path: string, from: string, hear: (type: string, object: V1Job | V1Pod) => void): Promise<void> {
    let version = from;
    while (!this.#closing.signal.aborted) {
      const ended = Promise.withResolvers<void>();
      this.#closing.signal.addEventListener('abort', () => ended.resolve(), { once: true });
      const tell = (type: string, object: V1Job | V1Pod): void => {
        version = object.metadata?.resourceVersion ?? version;
        if (type !== 'BOOKMARK' && type !== 'ERROR') hear(type, object);
      };
      const open = new Watch(this.#config).watch(path, { resourceVersion: version, allowWatchBookmarks: true }, tell, () => ended.resolve());
      open.catch(() => ended.resolve());
      await ended.promise;
      void open.then(
        (controller) => controller.abort(),
        () => undefined,
      );
      await rest(AGAIN_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }
}
