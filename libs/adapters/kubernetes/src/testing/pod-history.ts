import { CoreV1Api, KubeConfig, Watch, type V1Pod } from '@kubernetes/client-node';

/** One pod at one moment, as the API server told it. */
export interface PodSight {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whole devices that it asks for: resource → count. */
  readonly devices: Readonly<Record<string, number>>;
  /** The scheduler has given it a node, and it has not ended: what it asks for is its. */
  readonly holds: boolean;
  /** Why the scheduler has none for it yet. */
  readonly waitsFor?: string;
  readonly gone: boolean;
}

/** Everything that becomes of the pods of one namespace, in the order in which the API server has it. */
export class PodHistory {
  readonly sights: PodSight[] = [];
  readonly #end = new AbortController();
  #fault: Error | undefined;

  private constructor() {}

  /** Begins to look. */
  static async of(kubeconfig: string, namespace: string): Promise<PodHistory> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { metadata } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace });
    const history = new PodHistory();
    void history.#look(new Watch(config), namespace, metadata?.resourceVersion ?? '');
    return history;
  }

  /** A watch that has nothing to tell for a while is ended: the next one goes on where it was. */
  async #look(watch: Watch, namespace: string, since: string): Promise<void> {
    let resourceVersion = since;
    while (!this.#end.signal.aborted && this.#fault === undefined) {
      const over = Promise.withResolvers<unknown>();
      const see = (type: string, pod: V1Pod): void => {
        if (type === 'ERROR') {
          this.#fault = new Error(`pods were not seen for a while: ${JSON.stringify(pod)}`);
          return;
        }
        resourceVersion = pod.metadata?.resourceVersion ?? resourceVersion;
        this.sights.push(sightOf(pod, type === 'DELETED'));
      };
      const request = await watch.watch(`/api/v1/namespaces/${namespace}/pods`, { resourceVersion }, see, over.resolve);
      const stop = (): void => request.abort();
      this.#end.signal.addEventListener('abort', stop, { once: true });
      await over.promise;
      this.#end.signal.removeEventListener('abort', stop);
    }
  }

  /** Names of pods that held a device of this name, each time that their number changed. Throws where something may have been missed. */
  holding(resource: string): ReadonlySet<string>[] {
    if (this.#fault !== undefined) throw this.#fault;
    const holding = new Set<string>();
    return this.sights.map(({ name, devices, holds, gone }) => {
      if (holds && !gone && devices[resource] !== undefined) holding.add(name);
      else holding.delete(name);
      return new Set(holding);
    });
  }

  /** Names of pods that the scheduler had no free device of this name for at first, and later had. */
  waitedFor(resource: string): string[] {
    const waited = new Set(this.sights.filter(({ waitsFor }) => waitsFor?.includes(`Insufficient ${resource}`)).map(({ name }) => name));
    return [...new Set(this.sights.filter(({ name, holds }) => holds && waited.has(name)).map(({ name }) => name))];
  }

  stop(): void {
    this.#end.abort();
  }
}

function sightOf({ metadata, spec, status }: V1Pod, gone: boolean): PodSight {
  const limits = spec?.containers[0]?.resources?.limits ?? {};
  const unscheduled = status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  return {
    name: metadata?.name ?? '',
    labels: metadata?.labels ?? {},
    devices: Object.fromEntries(Object.entries(limits).flatMap(([name, amount]) => (name.includes('/') ? [[name, Number(amount)]] : []))),
    holds: spec?.nodeName !== undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed',
    ...(unscheduled?.message === undefined ? {} : { waitsFor: unscheduled.message }),
    gone,
  };
}
