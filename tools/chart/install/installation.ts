import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeImage, servicesImage, waitFor, type RunningServer } from '../../testbed/index.ts';
import { kubeCall, type KubeCall } from '../../testbed/servers/kube/api.ts';
import { CHART, runProgram, type Ended } from '../render.ts';
import { openDoors, type Doors } from './doors.ts';
import { secretsOnTestBed, valuesOnTestBed, type Ground } from './test-bed-values.ts';

/** The name of the release; objects are called by it alone. */
export const RELEASE = 'mle-smith';
/** The servers of an installation, by their names in the test bed. */
export const GROUND_SERVERS = ['kube-services', 'kafka', 'mongo', 's3'] as const;
const READY_SECONDS = 300;

/** The chart with its images on a real cluster, in namespaces of its own. */
export class Installation {
  readonly namespace: string;
  readonly call: KubeCall;
  readonly doors: Doors;
  /** By digest. */
  readonly images: Ground['images'];
  /** The secrets that its values name, with what is in them. */
  readonly secrets: ReturnType<typeof secretsOnTestBed>;
  readonly #ground: Ground;
  readonly #folder: string;

  private constructor(ground: Ground, namespace: string, call: KubeCall, folder: string) {
    this.namespace = namespace;
    this.images = ground.images;
    this.secrets = secretsOnTestBed(ground);
    this.call = call;
    this.doors = ground.doors;
    this.#ground = ground;
    this.#folder = folder;
  }

  /**
   * Makes images, namespace, secrets and a file of values; nothing is installed yet. `servers` in the order of
   * GROUND_SERVERS. `bare`: namespace and secrets are made by somebody else.
   */
  static async prepare([kube, ...servers]: readonly RunningServer[], namespace?: string, { bare = false } = {}): Promise<Installation> {
    const s3 = servers[2];
    if (kube === undefined || s3 === undefined) throw new Error('an installation needs a cluster and its servers');
    const images = { runtime: await runtimeImage(kube), services: await servicesImage(kube) };
    const ground = { name: `mls-${randomBytes(3).toString('hex')}`, kube, s3, images, doors: await openDoors(kube, servers) };
    const folder = await mkdtemp(join(tmpdir(), 'installation-'));
    const installation = new Installation(ground, namespace ?? ground.name, await kubeCall(kube.address), folder);
    await writeFile(installation.values, JSON.stringify(valuesOnTestBed(ground)));
    if (bare) return installation;
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await installation.make('/api/v1/namespaces', { metadata: { name: installation.namespace, labels } });
    for (const [name, stringData] of Object.entries(installation.secrets))
      await installation.make(installation.path('secrets'), { metadata: { name }, stringData });
    return installation;
  }

  /** The file of values. */
  get values(): string {
    return join(this.#folder, 'values.json');
  }

  /** The path of a kind of objects in the namespace of the release. */
  path(kind: string, group = '/api/v1'): string {
    return `${group}/namespaces/${this.namespace}/${kind}`;
  }

  /** Runs helm for the release, with its chart and values where the action takes them. Does not throw. */
  helm(action: string, ...more: readonly string[]): Promise<Ended> {
    const what = ['install', 'upgrade'].includes(action) ? [CHART, '--values', this.values, '--timeout', `${READY_SECONDS}s`] : [];
    // `get` names what it gets before the release.
    const [kind, rest] = action === 'get' ? [more.slice(0, 1), more.slice(1)] : [[], more];
    return runProgram('helm', [action, ...kind, RELEASE, ...what, '--namespace', this.namespace, ...rest, '--kubeconfig', this.#ground.kube.address]);
  }

  /** Creates an object. Throws where the cluster refuses it. */
  async make(path: string, object: object): Promise<void> {
    const { status, body } = await this.call('POST', path, object);
    if (status !== 201) throw new Error(`the cluster refuses an object [path=${path}, answer=${JSON.stringify(body)}]`);
  }

  /** Reads. Throws where it is not there. */
  async read<T>(path: string): Promise<T> {
    const { status, body } = await this.call('GET', path);
    if (status !== 200) throw new Error(`the cluster does not tell [path=${path}, answer=${JSON.stringify(body)}]`);
    return body as T;
  }

  /** Removes the release. Does not throw. */
  async uninstall(): Promise<Ended> {
    return this.helm('uninstall', '--ignore-not-found', '--wait', '--timeout', '120s');
  }

  /** Removes everything, its namespace too. */
  async dispose(): Promise<void> {
    await this.uninstall();
    await this.call('DELETE', `/api/v1/namespaces/${this.namespace}`);
    await waitFor(async () => (await this.call('GET', `/api/v1/namespaces/${this.namespace}`)).status === 404, 60_000);
    await this.doors.close();
    await rm(this.#folder, { recursive: true });
  }
}
