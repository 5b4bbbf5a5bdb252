import { randomUUID } from 'node:crypto';
import {
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  Observable,
  ResponseContext,
  ServerConfiguration,
  Watch,
  type ConfigurationOptions,
  type HttpLibrary,
  type RequestContext,
  type V1Job,
  type V1Pod,
} from '@kubernetes/client-node';
import { ApiAnswer, ApiCalls, type ApiCallsOptions } from './api-calls.ts';
import { ClusterRefusedError } from './cluster-errors.ts';
import { CONTAINER, LABELS } from './names.ts';
import { msOf } from './times.ts';

/** Where the API server is and who we are there; the service account of our own pod where nothing is said. */
export interface ClusterAccess {
  readonly kubeconfigFile?: string;
  readonly context?: string;
}

export interface Listed<Item> {
  readonly items: readonly Item[];
  /** From where on a watch tells what changes. */
  readonly version: string;
}

export type WatchedKind = 'jobs' | 'pods';
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: V1Job | V1Pod;
}

const PAGE = 500;
const PATHS: Readonly<Record<WatchedKind, (namespace: string) => string>> = {
  jobs: (namespace) => `/apis/batch/v1/namespaces/${namespace}/jobs`,
  pods: (namespace) => `/api/v1/namespaces/${namespace}/pods`,
};

/** The calls that are needed of the API server, and no more: get, list, watch, create and delete Jobs; list and watch pods, read their logs; list events. */
export class ClusterApi {
  readonly calls: ApiCalls;
  readonly #config: KubeConfig;
  readonly #server: string;
  readonly #batch: BatchV1Api;
  readonly #core: CoreV1Api;
  #dispatcher: ReturnType<RequestContext['getDispatcher']>;

  constructor(access: ClusterAccess, options: Omit<ApiCallsOptions, 'server'>) {
    this.#config = kubeConfig(access);
    this.#server = this.#config.getCurrentCluster()?.server ?? 'none';
    this.calls = new ApiCalls({ ...options, server: this.#server });
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(this.#server, {}),
      authMethods: { default: { getName: () => 'kubeconfig', applySecurityAuthentication: (request) => this.#authenticate(request) } },
    });
    this.#batch = new BatchV1Api(configuration);
    this.#core = new CoreV1Api(configuration);
  }

  /** Throws `ApiAnswer` of `exists` and `quota` beside what `ApiCalls.run` throws. `onSend` is called before each request: from then on there may be a Job. */
  async createJob(
    namespace: string,
    job: V1Job,
    { signal, onSend }: { readonly signal?: AbortSignal | undefined; readonly onSend: () => void },
  ): Promise<V1Job> {
    const operation = 'create a Job';
    try {
      const send = (options: ConfigurationOptions): Promise<V1Job> => {
        onSend();
        return this.#batch.createNamespacedJob({ namespace, body: job }, options);
      };
      return await this.calls.run(operation, 'create', send, { signal });
    } catch (error) {
      throw answerOf(error) === 'missing' ? this.#noNamespace(operation, namespace, error) : error;
    }
  }

  /** Undefined where there is none. */
  async readJob(namespace: string, name: string, signal?: AbortSignal): Promise<V1Job | undefined> {
    return orMissing(this.calls.run('read a Job', 'read', (options) => this.#batch.readNamespacedJob({ namespace, name }, options), { signal }));
  }

  /** Deletes the Job of this uid and its pod; nothing where it is gone, or where another one has its name now. */
  async deleteJob(namespace: string, name: string, uid: string): Promise<void> {
    // The default of this API leaves the pods behind.
    const body = { propagationPolicy: 'Background', preconditions: { uid } };
    await orMissing(this.calls.run('delete a Job', 'delete', (options) => this.#batch.deleteNamespacedJob({ namespace, name, body }, options)));
  }

  /** One call and no second: for whoever asks again by itself. */
  listJobs(namespace: string, labelSelector: string): Promise<Listed<V1Job>> {
    return this.#list('list Jobs', (_continue, options) => this.#batch.listNamespacedJob({ namespace, labelSelector, limit: PAGE, ..._continue }, options));
  }

  listPods(namespace: string, labelSelector: string): Promise<Listed<V1Pod>> {
    return this.#list('list pods', (_continue, options) => this.#core.listNamespacedPod({ namespace, labelSelector, limit: PAGE, ..._continue }, options));
  }

  /** The pods of one Job. */
  async podsOf(namespace: string, jobUid: string): Promise<readonly V1Pod[]> {
    return (await this.listPods(namespace, `${LABELS.jobUid}=${jobUid}`)).items;
  }

  /** What the Job controller said last of a pod that it could not create; undefined where it said nothing. */
  async refusalOf(namespace: string, jobUid: string): Promise<string | undefined> {
    const fieldSelector = `involvedObject.uid=${jobUid},reason=FailedCreate`;
    const { items } = await this.calls.run('list events', 'read', (options) =>
      this.#core.listNamespacedEvent({ namespace, fieldSelector, limit: 20 }, options),
    );
    const last = items
      .map((event) => ({ said: event.message, at: msOf(event.lastTimestamp) ?? msOf(event.eventTime) ?? msOf(event.metadata.creationTimestamp) ?? 0 }))
      .sort((one, other) => one.at - other.at)
      .at(-1);
    return last?.said;
  }

  /** Tells changes until the connection ends, for whatever reason, or the signal aborts; never rejects. */
  async watch(
    kind: WatchedKind,
    namespace: string,
    labelSelector: string,
    resourceVersion: string,
    onChange: (change: Change) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.calls.turn();
    const ended = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => ended.resolve(), { once: true });
    if (signal.aborted) return;
    const tell = (type: string, object: V1Job | V1Pod): void => {
      if (signal.aborted) return;
      if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') onChange({ type, object });
      // The version is too old, or the server cannot go on.
      else if (type === 'ERROR') ended.resolve();
    };
    const open = new Watch(this.#config).watch(PATHS[kind](namespace), { labelSelector, resourceVersion }, tell, () => ended.resolve());
    open.catch(() => ended.resolve());
    await ended.promise;
    void open.then(
      (controller) => controller.abort(),
      () => undefined,
    );
  }

  /** Hands on the log of a pod's container in pieces, with the time before each line; of `since` and later where that is given. Throws as `ApiCalls.run` does. */
  async copyLog(namespace: string, pod: string, since: string | undefined, onBytes: (bytes: Uint8Array) => void): Promise<void> {
    const request = { namespace, name: pod, container: CONTAINER, timestamps: true };
    await this.calls.run('read a log', 'read', (options) => this.#core.readNamespacedPodLog(request, drained(options, since, onBytes)), { attempts: 1 });
  }

  async #list<Item>(
    operation: string,
    page: (
      _continue: { _continue?: string },
      options: ConfigurationOptions,
    ) => Promise<{ items: Item[]; metadata?: { _continue?: string; resourceVersion?: string } }>,
  ): Promise<Listed<Item>> {
    const items: Item[] = [];
    let next: string | undefined;
    let version: string | undefined;
    do {
      const from = next;
      const listed = await this.calls.run(operation, 'read', (options) => page(from === undefined ? {} : { _continue: from }, options), { attempts: 1 });
      items.push(...listed.items);
      version ??= listed.metadata?.resourceVersion;
      next = listed.metadata?._continue === '' ? undefined : listed.metadata?._continue;
    } while (next !== undefined);
    return { items, version: version ?? '' };
  }

  /** The client makes a pool of connections for each request; one for all of them spares a handshake a call. */
  async #authenticate(request: RequestContext): Promise<void> {
    await this.#config.applySecurityAuthentication(request);
    this.#dispatcher ??= request.getDispatcher();
    if (this.#dispatcher !== undefined) request.setDispatcher(this.#dispatcher);
  }

  #noNamespace(operation: string, namespace: string, cause: unknown): ClusterRefusedError {
    return new ClusterRefusedError(operation, this.#server, 404, `there is no namespace ${namespace}`, { cause });
  }
}

/** A value of our own for `ANNOTATIONS.creation`. */
export function newCreation(): string {
  return randomUUID();
}

/** What kind of answer an error is; undefined where it is none. */
export function answerOf(error: unknown): ApiAnswer['fault']['kind'] | undefined {
  return error instanceof ApiAnswer ? error.fault.kind : undefined;
}

/**
 * Options under which the body of a reply is handed on in pieces and never held as a whole. The client's own `Log` leaves
 * a body that breaks off without a listener, which ends the process.
 */
function drained(options: ConfigurationOptions, since: string | undefined, onBytes: (bytes: Uint8Array) => void): ConfigurationOptions {
  const send = async (request: RequestContext): Promise<ResponseContext> => {
    // The generated call has no parameter for it.
    if (since !== undefined) request.setQueryParam('sinceTime', since);
    const reply = await (options.httpApi as HttpLibrary).send(request).toPromise();
    if (reply.httpStatusCode !== 200) return reply;
    for await (const bytes of reply.body.stream() as AsyncIterable<Uint8Array>) onBytes(bytes);
    return new ResponseContext(200, reply.headers, { text: () => Promise.resolve(''), binary: () => Promise.resolve(Buffer.of()), stream: () => null });
  };
  return { ...options, httpApi: { send: (request) => new Observable(send(request)) } };
}

async function orMissing<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (answerOf(error) === 'missing') return undefined;
    throw error;
  }
}

function kubeConfig(access: ClusterAccess): KubeConfig {
  const config = new KubeConfig();
  if (access.kubeconfigFile === undefined) config.loadFromCluster();
  else config.loadFromFile(access.kubeconfigFile);
  if (access.context !== undefined) config.setCurrentContext(access.context);
  return config;
}
