import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Job, JobResult, JobSession } from '@mle-smith/environment';
import { describeJobRunner } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import type { PodJobs } from '../cluster/pod-jobs.ts';
import { LocalPodJobs } from './testing/local-pod-jobs.ts';
import { KubernetesJobRunner } from './kubernetes-job-runner.ts';
import { keyOf, tokenOf } from './pod-order.ts';
import { CuttingProxy } from './testing/cutting-proxy.ts';
import { programOf } from './testing/program-of.ts';

const PROFILES = { measure: 'cpu-small', solve: 'cpu-small', grade: 'cpu-small' };
const BARE = { secret: 'secret', profiles: PROFILES, mostWarm: 2, warmIdleMs: 60_000 };

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

  it('has a pod that no other process takes up end sooner when nobody comes than one that waits for a successor', async () => {
    await run('print(1)\n', { trust: 'ours' });
    await run('print(1)\n');

    expect(under.pods.orders.map(({ environment }) => environment['MLE_ENV_IDLE_SECONDS'])).toEqual(['90', '300']);
  });

  it('makes a pod of its own for a job of ours whose inputs have no room in a warm one', async () => {
    const pods = new LocalPodJobs(undefined, 20);
    const { jobs } = await open(pods);
    const program = Buffer.from('print(1)\n');
    for (const megabytes of [1, 8])
      await jobs.run(programOf('', { trust: 'ours', files: { 'main.py': program, data: new Uint8Array(megabytes * 1_048_576) } }));
    await jobs.close();

    expect(pods.orders.map(({ labels, limits }) => `${labels['job']} ${limits.inputMb ?? 'of the profile'}`)).toEqual(['warm of the profile', 'spec 25']);
  });

  it('reckons the room for inputs in blocks, as kubelet measures it', async () => {
    const files = Object.fromEntries(Array.from({ length: 1_000 }, (_, number) => [`many/${number}/record`, new Uint8Array(300)]));
    await run('', { files: { 'main.py': Buffer.from('print(1)\n'), ...files } });

    // A block for each record, one for its folder.
    expect(under.pods.orders[0]?.limits.inputMb).toBe(Math.ceil((2_002 * 4_096 * 1.1) / 1_048_576) + 16);
  });

  it('gives our own code beside candidates the profile that is its own, and keeps none that holds a device', async () => {
    const { pods, artifacts } = under;
    const profiles = { ...PROFILES, solve: 'gpu-1', grade: 'gpu-1', baselines: 'cpu-large' };
    const jobs = new KubernetesJobRunner({
      artifacts,
      pods,
      secret: 'secret',
      profiles,
      mostWarm: 2,
      neverIdle: new Set(['gpu-1']),
      warmIdleMs: 60_000,
    });
    await jobs.run(programOf('print(1)\n'));
    for (const zone of ['solve', 'grade'] as const) await jobs.run(programOf('print(2)\n', { zone, trust: 'ours' }));

    expect(pods.orders.map(({ profile, trust }) => `${profile} ${trust}`)).toEqual(['gpu-1 untrusted', 'cpu-large ours', 'gpu-1 ours']);
    expect(pods.left).toHaveLength(1);
    expect(pods.left[0]).toContain('warm-solve');
  });

  describe('with a session', () => {
    const starting = 'import os\nprint(open(f"/proc/{os.getppid()}/stat").read().rpartition(")")[2].split()[19])\n';
    const sessionOf = (): { session: JobSession; end: () => void } => {
      const over = new AbortController();
      return { session: { over: over.signal }, end: () => over.abort() };
    };

    it('runs all of its jobs in one pod, and no job of anybody else, until it is over', async () => {
      const [one, other] = [sessionOf(), sessionOf()];
      const logs: string[] = [];
      for (const { session } of [one, one, other, one]) logs.push((await run(starting, { session })).log);
      await run(starting);

      expect(logs[1]).toBe(logs[0]);
      expect(logs[3]).toBe(logs[0]);
      expect(logs[2]).not.toBe(logs[0]);
      expect(
        under.pods.orders.map(({ trust, environment: { MLE_ENV_ONCE: once = '0', MLE_ENV_KEEP_IMPORTS: keeps = '0' } }) => `${trust} ${once} ${keeps}`),
      ).toEqual(['untrusted 0 0', 'untrusted 0 0', 'untrusted 1 0']);
      one.end();
      await until(() => under.pods.left.length === 1);
      other.end();
      await until(() => under.pods.left.length === 0);
    });

    it('leaves nothing of one job on the folders of the next', async () => {
      const { session, end } = sessionOf();
      const folders = 'import os\nfor folder in (".", os.environ["TMPDIR"], os.path.dirname(os.path.abspath(__file__))):\n    ';
      await run(`${folders}os.setxattr(folder, "user.left", b"x")\n    print(os.listxattr(folder))\n`, { session });
      const { log } = await run(`${folders}print(os.listxattr(folder))\n`, { session });
      end();

      expect(log).toBe('[]\n[]\n[]\n');
      expect(under.pods.orders).toHaveLength(1);
    });

    it('has its pod end by itself: at the end of its life, and when its process is gone', async () => {
      const { session } = sessionOf();
      const limits = { wallMs: 60_000 };
      const jobs = new KubernetesJobRunner({ ...BARE, artifacts: under.artifacts, pods: under.pods, sessions: { life: 1_800, abandoned: 70 } });
      await jobs.run(programOf('print(1)\n', { session, limits }));

      expect(under.pods.orders[0]).toMatchObject({
        limits: { deadlineSeconds: 1_830 },
        environment: { MLE_ENV_LIFE_SECONDS: '1800', MLE_ENV_IDLE_SECONDS: '70' },
      });
    });

    it('begins no job in a pod that would end before it, and goes on in another one', async () => {
      const { session, end } = sessionOf();
      const jobs = new KubernetesJobRunner({ ...BARE, artifacts: under.artifacts, pods: under.pods, sessions: { life: 60 } });
      // The life of a pod is at least that of its first job.
      for (const text of ['print(1)\n', 'print(2)\n']) expect((await jobs.run(programOf(text, { session }))).status).toBe('succeeded');
      end();

      expect(under.pods.orders.map(({ environment }) => environment['MLE_ENV_LIFE_SECONDS'])).toEqual(['240', '240']);
    });

    it('goes on in another pod after its own was lost between two jobs, and asks for another try where it was lost with one', async () => {
      const { session, end } = sessionOf();
      await run('print(1)\n', { session });
      under.pods.kill(under.pods.left[0] ?? '');
      await until(() => under.pods.dead(under.pods.orders[0]?.key ?? ''));

      expect((await run('print(2)\n', { session })).log).toBe('2\n');
      const running = run('import time\ntime.sleep(60)\n', { session });
      await until(() => under.pods.sees(under.pods.orders[1]?.key ?? '', 'input/main.py'));
      under.pods.kill(under.pods.orders[1]?.key ?? '');
      await expect(running).rejects.toMatchObject({ code: 'pod_lost' });
      end();
      expect(under.pods.left).toEqual([]);
    });
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

  it('keeps jobs from every network, also by the ways that Landlock does not see', async () => {
    const reached: string[] = [];
    const server = createServer((socket) => {
      reached.push('stream');
      socket.on('error', () => undefined).destroy();
    }).listen(0, '127.0.0.1');
    const datagrams = createSocket('udp4', () => reached.push('datagram')).bind(0, '127.0.0.1');
    await Promise.all([once(server, 'listening'), once(datagrams, 'listening')]);
    const port = (server.address() as AddressInfo).port;
    const { log } = await run(
      `import socket
def tried(way, kind, protocol, go):
    try: go(socket.socket(socket.AF_INET, kind, protocol)); print(way)
    except OSError: pass
tried("plain", socket.SOCK_STREAM, 0, lambda one: one.connect(("127.0.0.1", ${port})))
tried("multipath", socket.SOCK_STREAM, 262, lambda one: one.connect(("127.0.0.1", ${port})))
tried("fast open", socket.SOCK_STREAM, 0, lambda one: one.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", ${port})))
tried("datagram", socket.SOCK_DGRAM, 0, lambda one: one.sendto(b"x", ("127.0.0.1", ${datagrams.address().port})))
tried("listens", socket.SOCK_STREAM, 0, lambda one: one.listen())
one, other = socket.socketpair()
one.send(b"of its own"); print(other.recv(99).decode())
`,
    );
    server.close();
    datagrams.close();

    expect(log).toBe('of its own\n');
    expect(reached).toEqual([]);
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
      inputMb: () => pods.inputMb(),
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
