import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { PodHistory, testCluster, type TestCluster } from '@mle-smith/adapter-kubernetes/testing';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { ExecuteVerdict } from '@mle-smith/contracts';
import { Environment, type JobRunner } from '@mle-smith/environment';
import { createExecuteStage, ExecuteConfig } from '@mle-smith/execute';
import { getJson, type ArtifactStore } from '@mle-smith/package';
import { DATA_SETTINGS, openSandboxes, POD_SETTINGS, PROCESS_SETTINGS, readConfig, STATION_SETTINGS } from '@mle-smith/service';
import { documentOf, type WorkItem } from '@mle-smith/stage-runtime';
import { ServiceMetrics, SPANS, withAttempt, type Log } from '@mle-smith/telemetry';
import { recordSpans, type RecordedSpans } from '@mle-smith/telemetry/testing';
import { describeServer, runtimeImage, waitFor } from '../testbed/index.ts';
import { launch } from '../chaos/launch.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CHEAT = join(ROOT, 'libs', 'mle-env', 'src', 'mle_env', 'probes', 'cheat_oracle.py');
const GPU = 'nvidia.com/gpu';
/** As an operator writes them, but for what pods reserve: the test bed is small. */
const SMALL = { cpu: '1', cpuRequest: '50m', memoryRequestMb: 64 };
const PROFILES = { cpu: SMALL, 'gpu-1': { ...SMALL, accelerator: { resource: GPU, count: 1 } } };

await describeServer('candidates on a profile with a GPU, of which the node has one', 'kube', (server) => {
  let place: string;
  let cluster: TestCluster;
  let traced: RecordedSpans;
  beforeAll(async () => {
    traced = recordSpans();
    place = await mkdtemp(join(tmpdir(), 'mle-smith-gpu-'));
    cluster = await testCluster(server);
  });
  afterAll(async () => {
    await traced.close();
    await cluster.dispose();
    await rm(place, { recursive: true, force: true });
  });

  it('have it one after the other, wait for it at no cost, and reach the verdict of a sandbox of this machine', async () => {
    const { out, item } = await verifiedHere(place);
    const artifacts = await FilesystemArtifactStore.open(join(out, '.state', 'artifacts'));
    const [jobs, close] = await podsOf(await settings(place, server.address, cluster, await runtimeImage(server)), artifacts);
    const history = await PodHistory.of(server.address, cluster.namespaces.solve);
    try {
      const execute = createExecuteStage({ jobs, config: ExecuteConfig.parse({}), cheat: await readFile(CHEAT, 'utf8') });
      const rival = new Environment({ jobs, artifacts, bundle: documentOf(item, 'package'), name: 'rival', spec: { id: 'id', target: 'y' } });
      const [outcome, ...rivals] = await Promise.all([
        withAttempt(item, {}, () => execute(item, { artifacts, signal: new AbortController().signal })),
        rival.trial('print("one")\n', { name: 'rival-1' }),
        rival.trial('print("another")\n', { name: 'rival-2' }),
      ]);
      await waitFor(async () => history.holding(GPU).at(-1)?.size === 0, 30_000);

      expect(rivals.map(({ job }) => [job.status, job.log])).toEqual([
        ['succeeded', 'one\n'],
        ['succeeded', 'another\n'],
      ]);
      expect(outcome).toMatchObject({ kind: 'advanced' });
      const reached = outcome.kind === 'advanced' ? outcome.documents['execute'] : undefined;
      const [there, here] = await Promise.all([reached ?? '', documentOf(item, 'execute')].map((digest) => getJson(artifacts, digest)));
      expect(withoutIsolation(there)).toEqual(withoutIsolation(here));
      expect({ candidates: devicesOf(history, 'untrusted'), ours: devicesOf(history, 'ours') }).toEqual({ candidates: [{ [GPU]: 1 }], ours: [{}] });
      expect(Math.max(...history.holding(GPU).map(({ size }) => size))).toBe(1);
      expect(history.waitedFor(GPU)).not.toEqual([]);
    } finally {
      history.stop();
      await close();
    }
  }, 600_000);

  it('have each step of their pods as a span below their job, in the trace of the attempt', () => {
    const spans = traced.spans();
    const attempt = spans.find(({ name }) => name === 'execute');
    const jobs = spans.filter(({ name, attributes }) => name.startsWith('job ') && attributes['mlesmith.job.profile'] === 'kubernetes');
    const steps = spans.filter(({ name }) => name.startsWith('pod '));
    const jobOf = ({ parentSpanContext: parent }: (typeof steps)[number]) => jobs.find((job) => job.spanContext().spanId === parent?.spanId);

    expect(new Set(steps.map(({ attributes }) => attributes['mlesmith.pod.step']))).toEqual(new Set(SPANS.pod_step.attributes['mlesmith.pod.step'].values));
    expect(steps.filter(({ name, attributes }) => name !== `pod ${String(attributes['mlesmith.pod.step'])}` || Object.keys(attributes).length > 1)).toEqual([]);
    expect(steps.filter((step) => !isWithin(step, jobOf(step))).map(({ name }) => name)).toEqual([]);
    // A program that was run has been sent, whatever was done for an earlier one in the same pod.
    const ran = jobs.filter((job) => ['send', 'run'].every((wanted) => steps.some((step) => step.name === `pod ${wanted}` && jobOf(step) === job)));
    expect(ran.length).toBe(jobs.length);
    const ofAttempt = jobs.filter((job) => job.spanContext().traceId === attempt?.spanContext().traceId);
    expect(new Set(ofAttempt.map(({ attributes }) => attributes['mlesmith.job.zone']))).toEqual(new Set(['solve', 'grade']));
    expect(jobs.length - ofAttempt.length).toBeGreaterThanOrEqual(2);
  });
});

type Recorded = ReturnType<RecordedSpans['spans']>[number];

/** Whether a span lies in the time of another one, but for what a clock of milliseconds leaves out. */
function isWithin(span: Recorded, other: Recorded | undefined): boolean {
  const [tick, from, to] = [2, milliseconds(span.startTime), milliseconds(span.endTime)];
  return other !== undefined && from >= milliseconds(other.startTime) - tick && to <= milliseconds(other.endTime) + tick;
}

function milliseconds([seconds, nanoseconds]: Recorded['startTime']): number {
  return seconds * 1_000 + nanoseconds / 1e6;
}

/** The jobs of a station with these settings, and what ends them. */
async function podsOf(environment: Readonly<Record<string, string>>, artifacts: ArtifactStore): Promise<[JobRunner, () => Promise<void>]> {
  const ends: (() => unknown)[] = [];
  const jobs = await openSandboxes({
    app: 'execute',
    config: readConfig({ ...PROCESS_SETTINGS, ...DATA_SETTINGS, ...STATION_SETTINGS, ...POD_SETTINGS }, environment, 'any'),
    artifacts,
    metrics: new ServiceMetrics(),
    log: { write: () => undefined } as unknown as Log,
    stopping: new AbortController().signal,
    atEnd: (_, end) => void ends.push(end),
  });
  return [jobs, async () => void (await Promise.all(ends.map((end) => end())))];
}

/** What the pods of this trust asked for, each kind once. */
function devicesOf({ sights }: PodHistory, trust: string): unknown[] {
  const asked = sights.filter(({ labels }) => labels['mle-smith.io/trust'] === trust).map(({ devices }) => JSON.stringify(devices));
  return [...new Set(asked)].map((text): unknown => JSON.parse(text));
}

/** Where it ran is no part of what was found. */
function withoutIsolation(verdict: unknown): unknown {
  const { isolation: _, ...rest } = ExecuteVerdict.parse(verdict);
  return rest;
}

/** A task that this machine has verified from a small table, as the execute stage got it and with what it left. */
async function verifiedHere(place: string): Promise<{ out: string; item: WorkItem }> {
  const [data, out] = [join(place, 'flats'), join(place, 'out')];
  await mkdir(data);
  await writeFile(join(data, 'README.md'), 'Target: price\n');
  await writeFile(join(data, 'flats.csv'), flats());
  const ending = await launch(join(ROOT, 'mle-smith'), ['run', data, '--max-tasks', '1', '--out', out]);
  const store = SqliteTaskStore.openReader(join(out, '.state'));
  const task = (await store.page({ states: ['task.verified'] }, 1)).records[0];
  store.close();
  if (task === undefined) throw new Error(`no task was verified: ${ending.stderr}`);
  const { kind, id, datasetId, generation, documents } = task;
  return { out, item: { stage: 'execute', kind, id, datasetId, generation, attempt: 1, documents, findings: [] } };
}

/** Prices that follow from size, rooms and age, with something that nobody can know. */
function flats(): string {
  const rows = Array.from({ length: 400 }, (_, index) => {
    const [size, rooms, age, district] = [
      30 + ((index * 37) % 101),
      1 + ((index * 7) % 5),
      (index * 53) % 120,
      ['north', 'south', 'old town'][(index * 11) % 3],
    ];
    const luck = ((index * 7_919) % 1_009) / 1_009;
    const price = 700 * size + 15_000 * rooms - 500 * age + (district === 'old town' ? 50_000 + 300 * age : 0) + 60_000 * luck;
    return [`F${index}`, size, rooms, age, district, Math.round(price)].join(',');
  });
  return `${['flat,size_m2,rooms,age,district,price', ...rows].join('\n')}\n`;
}

async function settings(place: string, kubeconfig: string, { namespaces }: TestCluster, image: string): Promise<Readonly<Record<string, string>>> {
  const file = join(place, 'profiles.json');
  await writeFile(file, JSON.stringify(PROFILES));
  return {
    KUBECONFIG: kubeconfig,
    MLE_SMITH_JOB_RUNNER: 'kubernetes',
    MLE_SMITH_POD_SECRET: 'of this suite, and no other',
    MLE_SMITH_RUNTIME_IMAGE: image,
    MLE_SMITH_ALLOW_UNSANDBOXED: 'true',
    MLE_SMITH_SOLVE_NAMESPACE: namespaces.solve,
    MLE_SMITH_GRADE_NAMESPACE: namespaces.grade,
    MLE_SMITH_POD_PROFILES_FILE: file,
    MLE_SMITH_POD_PROFILES: 'measure=cpu,solve=gpu-1,grade=cpu',
  };
}
