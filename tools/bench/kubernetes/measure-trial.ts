import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesJobRunner, KubernetesPodJobs, type PodTimes } from '@mle-smith/adapter-kubernetes';
import type { ClusterDrill } from '@mle-smith/adapter-kubernetes/drills';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { SandboxJobRunner } from '@mle-smith/adapter-sandbox';
import { Environment, type JobRunner } from '@mle-smith/environment';
import { putDirectory, readManifest, type ArtifactStore, type Digest } from '@mle-smith/package';
import { POD_SERVER } from '@mle-smith/service';
import { ladderSpecOf } from '@mle-smith/task';
import { runtimeImage } from '../../testbed/servers/kube/runtime-image.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { newName } from '../../cluster/names.ts';
import { runCommand } from '../run-command.ts';
import { median } from '../statistics.ts';

/** Where the time of a trial goes: a program that copies the sample submission, and its score. Seconds at the middle. */
export interface TrialFigures {
  readonly trials: number;
  /** From the call to the score. */
  readonly inPods: number;
  readonly inSandboxes: number;
  /** Of the program's Job, each from the one before: until it is created, its container runs, its server lets us in, inputs are sent, the answer is there, its files are kept, the Job is removed. */
  readonly steps: Readonly<Record<keyof PodTimes, number>>;
  /** Of the job that scores, in a warm pod and in a warm sandbox. */
  readonly scoreInPods: number;
  readonly scoreInSandboxes: number;
}

const TRIALS = 12;
/** The first ones make what is kept warm. */
const UNCOUNTED = 2;
const SAMPLE = 'import shutil, sys\nshutil.copy(sys.argv[1] + "/sample_submission.csv", "submission.csv")\n';
const PROFILES = { measure: 'cpu', solve: 'cpu', grade: 'cpu' };

export async function measureTrial(root: string, server: RunningServer, drill: ClusterDrill): Promise<TrialFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'mle-smith-trial-'));
  try {
    const artifacts = await FilesystemArtifactStore.open(join(folder, 'artifacts'));
    const bundle = await packageOf(root, folder, artifacts);
    const pods = await trialsIn(await podRunner(server, drill, artifacts), artifacts, bundle);
    const mleEnvPath = join(root, 'libs', 'mle-env', 'src');
    const python = join(root, '.cache', 'venv', 'bin', 'python');
    const local = await SandboxJobRunner.open({ artifacts, python, mleEnvPath, workDirectory: join(folder, 'work'), allowUnsandboxed: false });
    const sandboxes = await trialsIn({ runner: local, times: [] }, artifacts, bundle);
    const step = (name: keyof PodTimes, before?: keyof PodTimes): number =>
      seconds(pods.times.map((at) => (at[name] ?? 0) - (before === undefined ? 0 : (at[before] ?? 0))));
    return {
      trials: TRIALS - UNCOUNTED,
      inPods: seconds(pods.wholes),
      inSandboxes: seconds(sandboxes.wholes),
      steps: {
        created: step('created'),
        running: step('running', 'created'),
        connected: step('connected', 'running'),
        sent: step('sent', 'connected'),
        answered: step('answered', 'sent'),
        collected: step('collected', 'answered'),
        removed: step('removed', 'collected'),
      },
      scoreInPods: seconds(pods.scores),
      scoreInSandboxes: seconds(sandboxes.scores),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A runner, and the times of the Jobs of programs as it tells them. */
interface Watched {
  readonly runner: JobRunner;
  readonly times: PodTimes[];
}

/** Milliseconds of each trial and of its score. */
interface Trials {
  readonly wholes: readonly number[];
  readonly scores: readonly number[];
  readonly times: readonly PodTimes[];
}

async function trialsIn({ runner, times }: Watched, artifacts: ArtifactStore, bundle: Digest): Promise<Trials> {
  const [wholes, scores]: [number[], number[]] = [[], []];
  const jobs: JobRunner = {
    isolation: (trust) => runner.isolation(trust),
    close: () => runner.close(),
    run: async (job, signal) => {
      const began = performance.now();
      try {
        return await runner.run(job, signal);
      } finally {
        if (job.zone === 'grade') scores.push(performance.now() - began);
      }
    },
  };
  try {
    const manifest = await readManifest(artifacts, bundle);
    const spec = manifest === undefined ? undefined : ladderSpecOf(manifest);
    if (manifest === undefined || spec === undefined) throw new Error('the package of the trial has no manifest that can be graded by');
    const environment = new Environment({ jobs, artifacts, bundle, name: manifest.id, trust: 'ours', spec });
    for (let trial = 1; trial <= TRIALS; trial += 1) {
      const began = performance.now();
      // Another program each time: an equal one would be taken for the same job.
      const { feedback } = await environment.trial(`${SAMPLE}# ${trial}\n`, { limits: { wallMs: 60_000 } });
      wholes.push(performance.now() - began);
      if (feedback.mode !== 'scored') throw new Error(`a trial was not scored: ${feedback.message}`);
    }
  } finally {
    await runner.close();
  }
  const counted = <Item>(items: readonly Item[]): readonly Item[] => items.slice(UNCOUNTED);
  return { wholes: counted(wholes), scores: counted(scores), times: counted(times) };
}

async function podRunner(server: RunningServer, { namespaces }: ClusterDrill, artifacts: ArtifactStore): Promise<Watched> {
  const image = await runtimeImage(server);
  const pods = await KubernetesPodJobs.open({
    access: { kubeconfigFile: server.address },
    settings: {
      instance: newName(),
      namespaces,
      images: [image],
      profiles: { cpu: { image, cpu: '1', cpuRequest: '50m', memoryRequestMb: 64 } },
      command: [...POD_SERVER],
      allowUnsandboxed: true,
      terminationSeconds: 1,
    },
  });
  const times: PodTimes[] = [];
  const onTimes = ({ zone }: { readonly zone: string }, told: PodTimes): void => void (zone === 'solve' && times.push({ ...told }));
  const runner = new KubernetesJobRunner({ artifacts, pods, secret: newName(), profiles: PROFILES, mostWarm: 1, warmIdleMs: 300_000, onTimes });
  return { runner, times };
}

/** A package that a run on this machine makes of a bundled dataset. */
async function packageOf(root: string, folder: string, artifacts: ArtifactStore): Promise<Digest> {
  const out = join(folder, 'run');
  const dataset = join(root, 'examples', 'penguins');
  await runCommand(join(root, 'mle-smith'), ['run', dataset, '--out', out, '--max-tasks', '2', '--json']);
  return putDirectory(artifacts, join(out, 'tasks', 'penguins--body-mass-g'));
}

function seconds(milliseconds: readonly number[]): number {
  return Number((median(milliseconds) / 1_000).toFixed(3));
}
