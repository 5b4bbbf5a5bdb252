import { readFile } from 'node:fs/promises';
import { KubernetesJobRunner, KubernetesPodJobs, ownerOf, PodSettings, profileOf } from '@mle-smith/adapter-kubernetes';
import type { ClusterNotice } from '@mle-smith/contracts';
import type { Job, Zone } from '@mle-smith/environment';
import type { ArtifactStore } from '@mle-smith/package';
import { clusterRecorder, recordPodSteps, type Log, type ServiceMetrics } from '@mle-smith/telemetry';
import { ConfigurationError } from '../config.ts';
import { untilReached } from '../process/until-reached.ts';
import type { StationServiceConfig } from '../settings.ts';
import type { ClusterSight } from './cluster-sight.ts';
import { logCluster } from './log-cluster.ts';

/** What a runner of pods reads. */
export type PodConfig = Pick<
  StationServiceConfig,
  | 'allowUnsandboxed'
  | 'installation'
  | 'podSecret'
  | 'kubeconfig'
  | 'solveNamespace'
  | 'gradeNamespace'
  | 'runtimeImage'
  | 'runtimeClass'
  | 'podProfilesFile'
  | 'podProfiles'
  | 'warmPods'
  | 'warmPodSeconds'
  | 'sessionSeconds'
  | 'imagePullSecrets'
  | 'networkEnforced'
>;

export interface OpenPodsOptions {
  readonly config: PodConfig;
  readonly artifacts: ArtifactStore;
  readonly metrics: ServiceMetrics;
  readonly log: Log;
  /** Told what of the cluster cannot be seen. */
  readonly sight: ClusterSight;
  readonly stopping: AbortSignal;
}

/** The server of a pod: where the runtime image has Python and our package. */
export const SERVER = ['/mle-smith/venv/bin/python', '-P', '-s', '/mle-smith/src/mle_env/server/listen.py', '/mle-smith/src'];
/** One processor for each job, as a sandbox has. A job may take gigabytes and few do: pods that wait for work would fill the nodes. */
const PROFILES = { cpu: { cpu: '1', cpuRequest: '500m', memoryRequestMb: 1_024 } };

/** What runs jobs in pods. */
export interface OpenedPods {
  readonly runner: KubernetesJobRunner;
  /** Accelerators that a pod for jobs of this trust in a zone has. */
  readonly gpusOf: (zone: Zone, trust: Job['trust']) => number;
  /** The row of the table of pods for a zone's jobs of this trust. */
  readonly profileOf: (zone: Zone, trust: Job['trust']) => string;
}

/** A runner of jobs in pods, once the cluster can be reached. Throws `ConfigurationError` with every fault, and what the cluster refuses. */
export async function openPods({ config, artifacts, metrics, log, sight, stopping }: OpenPodsOptions): Promise<OpenedPods> {
  const settings = await podSettings(config);
  const { podSecret: secret = '' } = config;
  const access = config.kubeconfig === undefined ? {} : { kubeconfigFile: config.kubeconfig };
  const told = [clusterRecorder(metrics), logCluster(log), (notice: ClusterNotice): void => sight.hear(notice)];
  const observe = (notice: ClusterNotice): void => told.forEach((tell) => tell(notice));
  const pods = await untilReached('kubernetes', () => KubernetesPodJobs.open({ access, settings, observe }), log, stopping);
  const profiles = { ...config.podProfiles, baselines: baselinesOf(config.podProfiles, settings) };
  const runner = new KubernetesJobRunner({
    artifacts,
    pods,
    secret,
    profiles,
    neverIdle: new Set(Object.keys(settings.profiles).filter((name) => holdsDevice(settings, name))),
    onTimes: (_job, times, tookMs) => recordPodSteps(times, tookMs),
    mostWarm: config.warmPods,
    warmIdleMs: config.warmPodSeconds * 1_000,
    sessions: { life: config.sessionSeconds },
  });
  const rowOf = (zone: Zone, trust: Job['trust']): string => profileOf(profiles, zone, trust);
  return { runner, profileOf: rowOf, gpusOf: (zone, trust) => settings.profiles[rowOf(zone, trust)]?.accelerator?.count ?? 0 };
}

/** The profile of our own code that works beside candidates: it has no use for a device, and would hold it while they wait. */
function baselinesOf({ baselines, solve, measure }: PodConfig['podProfiles'], settings: PodSettings): string {
  return baselines ?? (holdsDevice(settings, solve) ? measure : solve);
}

function holdsDevice({ profiles }: PodSettings, name: string): boolean {
  return profiles[name]?.accelerator !== undefined;
}

/** What pods are to be like. Throws `ConfigurationError`. */
export async function podSettings(config: PodConfig): Promise<PodSettings> {
  const faults: string[] = [];
  if (config.podSecret === undefined) faults.push('MLE_SMITH_POD_SECRET: is missing, and jobs are to run on Kubernetes');
  if (config.runtimeImage === undefined) faults.push('MLE_SMITH_RUNTIME_IMAGE: is missing, and jobs are to run on Kubernetes');
  const image = config.runtimeImage ?? '';
  const rows = await profileRows(config.podProfilesFile, faults);
  const profiles = Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, typeof row === 'object' ? { image, ...row } : row]));
  const images = [...new Set(Object.values(profiles).map((row) => (row as { image?: unknown } | null)?.image))];
  const read = PodSettings.safeParse({
    instance: config.installation,
    owner: ownerOf(config.podSecret ?? ''),
    namespaces: { solve: config.solveNamespace, grade: config.gradeNamespace },
    images,
    profiles,
    command: SERVER,
    runtimeClass: config.runtimeClass,
    allowUnsandboxed: config.allowUnsandboxed,
    networkEnforced: config.networkEnforced,
    imagePullSecrets: config.imagePullSecrets,
    // The server keeps nothing that a signal could save.
    terminationSeconds: 1,
  });
  if (faults.length === 0 && !read.success) faults.push(...read.error.issues.map(({ path, message }) => `pods: ${path.join('.')}: ${message}`));
  for (const [zone, profile] of Object.entries(config.podProfiles))
    if (profile !== undefined && !Object.hasOwn(profiles, profile))
      faults.push(`MLE_SMITH_POD_PROFILES: zone ${zone} has the profile ${profile}, which is not in the table`);
  if (config.runtimeClass === undefined && !config.allowUnsandboxed && Object.values(profiles).some((row) => !hasRuntimeClass(row)))
    faults.push(
      'MLE_SMITH_RUNTIME_CLASS: is missing: untrusted code is not run on the kernel of a node; name a RuntimeClass (gVisor, Kata), or set MLE_SMITH_ALLOW_UNSANDBOXED=true',
    );
  if (faults.length > 0 || !read.success) throw new ConfigurationError(faults);
  return read.data;
}

async function profileRows(file: string | undefined, faults: string[]): Promise<Readonly<Record<string, unknown>>> {
  if (file === undefined) return PROFILES;
  try {
    const rows = JSON.parse(await readFile(file, 'utf8')) as unknown;
    if (typeof rows === 'object' && rows !== null) return rows as Readonly<Record<string, unknown>>;
    faults.push(`MLE_SMITH_POD_PROFILES_FILE: ${file} holds no object`);
  } catch (error) {
    faults.push(`MLE_SMITH_POD_PROFILES_FILE: ${file} cannot be read: ${(error as Error).message}`);
  }
  return {};
}

function hasRuntimeClass(row: unknown): boolean {
  return typeof (row as { runtimeClass?: unknown } | null)?.runtimeClass === 'string';
}
