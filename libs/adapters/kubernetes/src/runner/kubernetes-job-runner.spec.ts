import type { Job, JobResult } from '@mle-smith/environment';
import { describeJobRunner } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import type { PodJobs } from '../cluster/pod-jobs.ts';
import { LocalPodJobs } from './testing/local-pod-jobs.ts';
import { KubernetesJobRunner } from './kubernetes-job-runner.ts';
import { keyOf, tokenOf } from './pod-order.ts';
import { CuttingProxy } from './testing/cutting-proxy.ts';
import { programOf } from './testing/program-of.ts';

const PROFILES = { measure: 'cpu-small', solve: 'cpu-small', grade: 'cpu-small' };

interface Open {
  readonly jobs: KubernetesJobRunner;
  readonly pods: LocalPodJobs;
  readonly artifacts: InMemoryArtifactStore;
  readonly close: () => Promise<void>;
}

function open(pods = new LocalPodJobs(), artifacts = new InMemoryArtifactStore()): Promise<Open> {
  const jobs = new KubernetesJobRunner({ artifacts, pods, secret: 'secret', profiles: PROFILES, mostWarm: 2, warmIdleMs: 60_000 });
  return Promise.resolve({ jobs, pods, artifacts, close: () => jobs.close() });
}

describeJobRunner('KubernetesJobRunner (servers as processes)', () => open());

describe('a runner of pods', () => {
  let under: Open;
  beforeEach(async () => void (under = await open()));
  afterEach(() => under.close());
  const run = (text: string, rest: Partial<Job> = {}): Promise<JobResult> => under.jobs.run(programOf(text, rest));

  it('makes a pod of its own for each untrusted job, where its zone belongs, and removes it', async () => {
    for (const zone of ['solve', 'grade', 'measure'] as const) expect((await run('print(1)\n', { zone })).status).toBe('succeeded');

    expect(under.pods.orders.map(({ zone, trust }) => `${zone} ${trust}`)).toEqual(['solve untrusted', 'grade untrusted', 'grade untrusted']);
    expect(under.pods.left).toEqual([]);
  });

  it('tells no parts of a call beside a program of others', async () => {
    const result = await under.jobs.run({
      name: 'rebuild',
      zone: 'measure',
      run: { call: 'mle_env.audit.rebuild:rebuild', argument: {} },
      inputs: [],
      trust: 'untrusted',
    });

    expect(result).toMatchObject({ status: 'succeeded', value: { files: {} } });
    expect(result.phases).toBeUndefined();
  });

  it('uses one pod again for jobs of ours in a zone, and another one for another zone', async () => {
    for (const zone of ['solve', 'solve', 'measure', 'measure', 'grade'] as const) await run('print(1)\n', { zone, trust: 'ours' });

    expect(under.pods.orders.map(({ zone, environment }) => `${zone} ${environment['PYTHONHASHSEED']}`)).toEqual(['solve 1', 'grade 0', 'grade 2']);
  });

  it('names nothing secret to the cluster', async () => {
    const text = 'print(1)\n';
    await run(text);

    expect(JSON.stringify(under.pods.orders)).not.toContain(tokenOf('secret', keyOf(programOf(text))));
  });

  it('knows a job again by its content, and takes another one for another', () => {
    const one = programOf('print(1)\n');

    expect(keyOf({ ...one })).toBe(keyOf(one));
    expect(keyOf(programOf('print(2)\n'))).not.toBe(keyOf(one));
    expect(keyOf({ ...one, zone: 'grade' })).not.toBe(keyOf(one));
  });

  it('runs the same job twice at a time in two pods', async () => {
    const results = await Promise.all([run('print(1)\n'), run('print(1)\n')]);

    expect(results.map(({ log }) => log)).toEqual(['1\n', '1\n']);
    expect(new Set(under.pods.orders.map(({ key }) => key)).size).toBe(2);
  });

  it('rejects when the pod is lost, for another try', async () => {
    const running = run('import time\ntime.sleep(60)\n');
    await until(() => under.pods.left.length === 1);
    under.pods.kill(under.pods.left[0] ?? '');

    await expect(running).rejects.toMatchObject({ code: 'pod_lost' });
    expect(under.pods.left).toEqual([]);
  });

  it('removes the pod of a job that is aborted', async () => {
    const abort = new AbortController();
    const running = under.jobs.run(programOf('import time\ntime.sleep(60)\n'), abort.signal);
    await until(() => under.pods.left.length === 1);
    abort.abort(new Error('stopped'));

    await expect(running).rejects.toThrow('stopped');
    expect(under.pods.left).toEqual([]);
  });

  it('says which limit ended a job', async () => {
    expect((await run('while True: pass\n', { limits: { wallMs: 300 } })).status).toBe('timeout');
    expect((await run('held = []\nwhile True: held.append(bytearray(2**24))\n', { limits: { memoryMb: 512 } })).status).toBe('out_of_memory');
    expect((await run('while True: print("x" * 2**16)\n', { limits: { logBytes: 65_536 } })).status).toBe('log_limit');
  });
});

describe('a runner of pods after another one', () => {
  const pods = new LocalPodJobs();
  const artifacts = new InMemoryArtifactStore();
  afterAll(() => pods.close());

  it('takes a job up that the other one left at work, and sends the other one away without harm', async () => {
    const { jobs: first } = await open(pods, artifacts);
    const { jobs: second } = await open(pods, artifacts);
    const slow = programOf('import os, time\nwhile not os.path.exists("go"): time.sleep(0.01)\nprint("once")\n');
    const one = first.run(slow);
    await until(() => pods.sees(keyOf(slow), 'input/main.py'));
    const other = second.run(slow);
    await expect(one).rejects.toMatchObject({ code: 'pod_taken' });
    pods.put(keyOf(slow), 'go');

    expect(await other).toMatchObject({ status: 'succeeded', log: 'once\n' });
    expect(pods.orders).toHaveLength(2);
  });

  it('gets the answer that the other one did not live to keep, and runs nothing again', async () => {
    const dying: PodJobs = {
      start: async (order) => ({ ...(await pods.start(order)), remove: () => Promise.resolve() }),
      isolation: () => pods.isolation(),
      close: () => Promise.resolve(),
    };
    const once = programOf('import os\nprint(os.urandom(16).hex())\n');
    const first = new KubernetesJobRunner({
      artifacts,
      pods: dying,
      secret: 'secret',
      profiles: PROFILES,
      mostWarm: 2,
      warmIdleMs: 60_000,
    });
    const before = await first.run(once);
    const { jobs: second } = await open(pods, artifacts);

    expect((await second.run(once)).log).toBe(before.log);
  });
});

describe('a runner of pods whose connection is cut', () => {
  const behind = async (proxy: CuttingProxy): Promise<Open> => open(new LocalPodJobs((address) => proxy.before(address)));
  const large = 'open("out", "wb").write(b"x" * 20_000_000)\n';

  it.each([
    ['while its inputs are sent, sends them again', { way: 'in', afterBytes: 5_000_000 }],
    ['while the answer comes, gets it again', { way: 'out', afterBytes: 5_000_000 }],
    ['before it was let in, comes again', { way: 'in', afterBytes: 100 }],
  ] as const)('%s', async (_, cut) => {
    const proxy = new CuttingProxy(cut);
    const { jobs, artifacts, pods, close } = await behind(proxy);
    const bytes = new Uint8Array(10_000_000);
    const bundle = await artifacts.putBundle([{ path: 'a', digest: await artifacts.put(bytes), bytes: bytes.length }]);
    const result = await jobs.run(programOf(large, { inputs: [{ at: 'data', bundle }], outputs: ['out'] }));
    await close();

    expect(result).toMatchObject({ status: 'succeeded', outputs: [{ path: 'out', bytes: 20_000_000 }] });
    expect(proxy.connections).toBe(2);
    expect(pods.orders).toHaveLength(1);
  });

  it('while the job runs, waits for the same job', async () => {
    const proxy = new CuttingProxy();
    const { jobs, pods, close } = await behind(proxy);
    const slow = programOf('import os, time\nopen("begun", "w")\nwhile not os.path.exists("go"): time.sleep(0.01)\nprint("once")\n');
    const running = jobs.run(slow);
    await until(() => pods.sees(keyOf(slow), 'output/begun'));
    proxy.reset();
    await until(() => proxy.connections === 2);
    pods.put(keyOf(slow), 'go');

    expect(await running).toMatchObject({ status: 'succeeded', log: 'once\n' });
    await close();
  });
});

async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 20));
}
