import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { ClusterDrill, FaultyApi, type Seen, type SeenJob } from '@mle-smith/adapter-kubernetes/drills';
import { newName } from '../../cluster/names.ts';
import { runtimeImage } from '../../testbed/servers/kube/runtime-image.ts';
import { serverFor } from '../../testbed/server-for.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import type { Rig } from './rig.ts';

/** Pods that die with their service keep what is reserved for them for minutes: little is, so that a node of two processors has room for all. */
const PROFILES = { cpu: { cpu: '1', cpuRequest: '20m', memoryRequestMb: 64 } };

/** A cluster of the test bed, or of the environment. Throws with the reason where there is none. */
export async function clusterOfTestBed(): Promise<RunningServer> {
  const server = await serverFor('kube');
  if ('missing' in server) throw new Error(`jobs in pods need kube: ${server.missing}`);
  return server;
}

/** Why this machine has no cluster; undefined where it has one. */
export async function noCluster(): Promise<string | undefined> {
  const server = await serverFor('kube');
  return 'missing' in server ? server.missing : undefined;
}

/** A program that a Job runs has been sent to its pod so long after the pod is there. */
const SENT_MS = 600;
const AT_WORK_WITHIN_SECONDS = 240;

/** A Job for one job alone whose key begins so, when it is at work. Throws `NotSeenError`. */
export async function jobAtWork(rig: Rig, key: string): Promise<SeenJob> {
  const atWork = (): SeenJob | undefined => rig.pods.jobs(key).find(({ host, goneAt }) => host !== undefined && goneAt === undefined);
  await rig.until(`a Job at work [key=${key}]`, () => atWork() !== undefined, AT_WORK_WITHIN_SECONDS);
  const job = atWork();
  if (job === undefined) throw new RangeError(`a Job was gone before it could be met [key=${key}]`);
  await rest(SENT_MS);
  return job;
}

/** Waits until the pod of a Job whose key begins so is there and does not run yet. Throws `NotSeenError`. */
export async function podToCome(rig: Rig, key: string): Promise<void> {
  const toCome = (): boolean => rig.pods.jobs(key).some(({ pod, host, goneAt }) => pod !== undefined && host === undefined && goneAt === undefined);
  await rig.until(`a pod that is to come [key=${key}]`, toCome, AT_WORK_WITHIN_SECONDS);
}

/** The cluster in which services run their jobs, under the hands of a fault: everything that was ever there, and a way to its API server that breaks. */
export class Pods {
  readonly server: RunningServer;
  readonly drill: ClusterDrill;
  /** Stands before the API server for the services, not for the driver. */
  readonly api: FaultyApi;
  /** Settings of a service whose jobs run here. */
  readonly settings: Readonly<Record<string, string>>;
  readonly #secret: string;
  readonly #folder: string;

  private constructor(server: RunningServer, drill: ClusterDrill, api: FaultyApi, settings: Readonly<Record<string, string>>, secret: string, folder: string) {
    this.server = server;
    this.drill = drill;
    this.api = api;
    this.settings = settings;
    this.#secret = secret;
    this.#folder = folder;
  }

  static async open(server: RunningServer): Promise<Pods> {
    const image = await runtimeImage(server);
    const folder = await mkdtemp(join(tmpdir(), 'mle-smith-pods-'));
    const profiles = join(folder, 'profiles.json');
    await writeFile(profiles, JSON.stringify(PROFILES));
    const drill = await ClusterDrill.open(server.address);
    const api = await FaultyApi.before(server.address);
    const secret = randomUUID();
    const { runtimeClass = '' } = server.details;
    const settings = {
      MLE_SMITH_JOB_RUNNER: 'kubernetes',
      KUBECONFIG: api.kubeconfigFile,
      MLE_SMITH_INSTALLATION: newName(),
      MLE_SMITH_POD_SECRET: secret,
      MLE_SMITH_SOLVE_NAMESPACE: drill.namespaces.solve,
      MLE_SMITH_GRADE_NAMESPACE: drill.namespaces.grade,
      MLE_SMITH_RUNTIME_IMAGE: image,
      MLE_SMITH_POD_PROFILES_FILE: profiles,
      ...(runtimeClass === '' ? { MLE_SMITH_ALLOW_UNSANDBOXED: 'true' } : { MLE_SMITH_RUNTIME_CLASS: runtimeClass }),
    };
    return new Pods(server, drill, api, settings, secret, folder);
  }

  /** Those of the cluster in which the Jobs are. */
  get namespaces(): ClusterDrill['namespaces'] {
    return this.drill.namespaces;
  }

  /** Jobs of one job each, that were ever there, whose key begins so. */
  jobs(key: string): readonly SeenJob[] {
    const own = this.settings['MLE_SMITH_INSTALLATION'];
    return this.drill.book.jobs.filter((job) => job.installation === own && job.trust === 'untrusted' && job.key.startsWith(key));
  }

  /** How the server of a pod stands with its job, see `ClusterDrill.visit`. */
  visit(job: SeenJob): Promise<Seen | undefined> {
    return this.drill.visit(job, this.#secret);
  }

  async close(): Promise<void> {
    await this.api.stop();
    await this.drill.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
