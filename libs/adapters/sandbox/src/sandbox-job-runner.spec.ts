import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, JobLimits, JobResult } from '@mle-smith/environment';
import { UnsandboxedRefusedError } from '@mle-smith/environment/sandbox';
import { describeJobRunner } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { sweepControlGroups } from './cgroup.ts';
import { probeSandbox, type SandboxProbe } from './probe-sandbox.ts';
import { SandboxJobRunner } from './sandbox-job-runner.ts';
import { descendants, until } from './testing/descendants.ts';
import { repositoryPython } from './testing/repository-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'mle-smith-sandbox-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const NONE: SandboxProbe = {
  mode: 'process',
  isolation: { kind: 'none', gaps: ['no sandbox: code runs as a process of the caller'] },
  advice: ['install the package bubblewrap'],
};
let count = 0;

interface Open {
  readonly jobs: SandboxJobRunner;
  readonly artifacts: InMemoryArtifactStore;
  readonly close: () => Promise<void>;
}

async function open(options: { probe?: SandboxProbe; allowUnsandboxed?: boolean } = {}): Promise<Open> {
  const artifacts = new InMemoryArtifactStore();
  const jobs = await SandboxJobRunner.open({ artifacts, ...repositoryPython(), workDirectory: join(folder, `work${(count += 1)}`), ...options });
  return { jobs, artifacts, close: () => jobs.close() };
}

const job = (text: string, rest: Partial<Job> = {}): Job => ({
  name: 'spec',
  zone: 'solve',
  trust: 'ours',
  run: { script: 'main.py' },
  inputs: [],
  files: { 'main.py': new TextEncoder().encode(text) },
  ...rest,
});

const REBUILD = { name: 'rebuild', zone: 'measure', run: { call: 'mle_env.audit.rebuild:rebuild', argument: {} }, inputs: [] } as const;

const probe = await probeSandbox();

(probe.mode === 'process' ? describe.skip : describe)(`with bubblewrap (${probe.isolation.kind})`, () => {
  describeJobRunner(`SandboxJobRunner (${probe.isolation.kind})`, () => open());

  let under: Open;
  beforeAll(async () => {
    under = await open();
  });
  afterAll(() => under.close());
  const run = (text: string, rest: Partial<Job> = {}): Promise<JobResult> => under.jobs.run(job(text, rest));
  /** When process 1 started and which namespace it is in: the same for two jobs of one sandbox only. */
  const SANDBOX = 'import os\nprint(open("/proc/1/stat").read().rpartition(")")[2].split()[19], os.readlink("/proc/self/ns/pid"))\n';

  it('gives each zone another hash seed and the same zone the same', async () => {
    const seeds: string[] = [];
    for (const zone of ['measure', 'solve', 'grade', 'solve'] as const) seeds.push((await run('print(hash("a"))\n', { zone })).log);

    expect(new Set(seeds.slice(0, 3)).size).toBe(3);
    expect(seeds[3]).toBe(seeds[1]);
  });

  it('tells no parts of a call beside a program of others', async () => {
    const result = await under.jobs.run({ ...REBUILD, trust: 'untrusted' });

    expect(result).toMatchObject({ status: 'succeeded', value: { files: {} } });
    expect(result.phases).toBeUndefined();
  });

  it('keeps one sandbox for our jobs of a zone and none for two zones', async () => {
    const sandboxes: string[] = [];
    for (const zone of ['measure', 'solve', 'grade', 'measure', 'solve', 'grade'] as const) sandboxes.push((await run(SANDBOX, { zone })).log);

    expect(new Set(sandboxes).size).toBe(3);
    expect(sandboxes.slice(3)).toEqual(sandboxes.slice(0, 3));
  });

  it('shows no place of the host, so that one below a folder that jobs write to can be emptied too', async () => {
    const { log } = await run('import mle_env, os, sys\nprint(sys.prefix, mle_env.__path__[0], os.listdir("/tmp"))\n', { zone: 'measure' });

    expect(log).toBe('/mle-smith/venv /mle-smith/src/mle_env []\n');
  });

  it('gives every untrusted program a sandbox of its own, and never one of ours', async () => {
    const sandboxes = [(await run(SANDBOX)).log];
    for (const zone of ['solve', 'solve', 'solve', 'grade'] as const) sandboxes.push((await run(SANDBOX, { zone, trust: 'untrusted' })).log);

    expect(new Set(sandboxes).size).toBe(sandboxes.length);
  });

  it('changes the surroundings that a job asks to have changed', async () => {
    const text = 'import os, time\nprint(time.tzname[0], os.getcwd(), oct(os.umask(0)))\n';

    expect((await run(text, { environment: { timezone: 'Asia/Tokyo', directory: '/tmp', umask: 0o077 } })).log.trim()).toBe('JST /tmp 0o77');
    expect((await run(text)).log.trim()).toBe('UTC /output 0o22');
  });

  it('takes outputs as they were when the program ended, whatever it left running', async () => {
    const text =
      'import os, time\nopen("a.csv", "w").write("early")\nif os.fork() == 0:\n    os.setsid()\n    while True: open("a.csv", "w").write("late"); time.sleep(0.001)\ntime.sleep(0.05)\nos.kill(os.getpid(), 9)\n';
    const { outputs } = await run(text, { outputs: ['a.csv'] });
    const bytes = new TextDecoder().decode(await under.artifacts.get(outputs[0]?.digest ?? ''));

    expect(outputs).toHaveLength(1);
    expect(outputs[0]?.bytes).toBe(bytes.length);
    expect(['', 'early', 'late']).toContain(bytes);
  });

  it('brings a pickle back as bytes and never reads it', async () => {
    const text = 'import os, pickle\nclass Bomb:\n    def __reduce__(self): return os._exit, (9,)\npickle.dump(Bomb(), open("a.pkl", "wb"))\n';

    expect(await run(text, { trust: 'untrusted', outputs: ['a.pkl'] })).toMatchObject({ status: 'succeeded', outputs: [{ path: 'a.pkl' }] });
  });

  it('shows control characters of a log in a form that drives no terminal and forges no line', async () => {
    const { log } = await run('print("a\\x1b[2Jb\\rc\\u202ed\\u2028e\\tf")\n');

    expect(log).toBe('a\\x1b[2Jb\\x0dc\\u202ed\\u2028e\tf\n');
  });

  it('keeps the beginning and the end of a long log', async () => {
    const { status, log } = await run('print("first")\nfor _ in range(2000): print("x" * 50)\nprint("last")\n', {
      limits: { logBytes: 20_000 },
    });

    expect(status).toBe('succeeded');
    expect(log).toMatch(/^first\n[^]*\[\d+ bytes left out\][^]*\nlast\n$/);
  });

  it('says which limit ended a job', async () => {
    const ended = async (text: string, limits: Partial<JobLimits>): Promise<string> => (await run(text, { limits })).status;

    expect(await ended('while True: pass\n', { wallMs: 300 })).toBe('timeout');
    expect(await ended('while True: pass\n', { cpuSeconds: 1 })).toBe('timeout');
    expect(await ended('held = []\nwhile True: held.append(bytearray(2**24))\n', { memoryMb: 512 })).toBe('out_of_memory');
    expect(await ended('while True: print("x" * 2**16)\n', { logBytes: 65_536 })).toBe('log_limit');
  });

  it('says what processor time a job and its children took', async () => {
    const burn = 'import time\ndef burn():\n    while time.process_time() < 0.3: pass\n';
    const alone = await run(`${burn}burn()\n`);
    const forked = await run(`${burn}import os\nchild = os.fork()\nburn()\nif child: os.waitpid(child, 0)\n`);

    expect(alone.cpuSeconds).toBeGreaterThanOrEqual(0.3);
    expect(forked.cpuSeconds).toBeGreaterThanOrEqual(0.6);
  });

  it('gives no value for a script, whatever that writes', async () => {
    expect(await run('import os\nfor number in range(3, 64):\n    try: os.write(number, b"1")\n    except OSError: pass\n')).not.toHaveProperty('value');
  });

  it('ends a job on abort, with a sandbox that does not answer any more, and serves the next', async () => {
    const own = await open();
    try {
      await own.jobs.run(job('print(1)\n'));
      const abort = new AbortController();
      const running = own.jobs.run(job('import time\ntime.sleep(3600)\n'), abort.signal);
      const inside = descendants(process.pid);
      for (const pid of inside) process.kill(pid, 'SIGSTOP');
      setImmediate(() => abort.abort(new Error('stopped')));

      await expect(running).rejects.toThrow('stopped');
      for (const pid of inside) kill(pid, 'SIGCONT');
      expect((await own.jobs.run(job('print(1)\n'))).status).toBe('succeeded');
    } finally {
      await own.close();
    }
  });

  it('serves several jobs at once', async () => {
    const results = await Promise.all([1, 2, 3].map((number) => run(`print(${number})\n`)));

    expect(results.map(({ log }) => log)).toEqual(['1\n', '2\n', '3\n']);
  });

  it('leaves no process and no folder when it is closed', async () => {
    const before = new Set(descendants(process.pid));
    const own = await open();
    await own.jobs.run(job('print(1)\n'));
    await own.jobs.run(job('print(1)\n', { trust: 'untrusted' }));
    await own.close();
    await until(() => descendants(process.pid).every((pid) => before.has(pid)));

    expect(existsSync(join(folder, `work${count}`))).toBe(false);
  });

  it('sweeps the control groups of dead processes and no others', async () => {
    await run('print(1)\n');
    const stale = '/sys/fs/cgroup/memory/mle-smith-999999999-1';
    try {
      mkdirSync(stale);
    } catch {
      return; // No control groups here, so none can be left.
    }

    await sweepControlGroups();

    expect(existsSync(stale)).toBe(false);
    expect((await run('print(2)\n')).status).toBe('succeeded');
  });
});

describe('without a sandbox', () => {
  describeJobRunner('SandboxJobRunner (a plain process)', () => open({ probe: NONE, allowUnsandboxed: true }));

  let under: Open;
  beforeAll(async () => {
    under = await open({ probe: NONE });
  });
  afterAll(() => under.close());

  it('refuses untrusted code and says what to install', async () => {
    const refused = under.jobs.run(job('print(1)\n', { trust: 'untrusted' }));

    await expect(refused).rejects.toThrow(UnsandboxedRefusedError);
    await expect(refused).rejects.toThrow('install the package bubblewrap');
  });

  it('runs our own code as a limited process, and says so', async () => {
    const result = await under.jobs.run(
      job('import resource\nprint(*(resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_CORE, resource.RLIMIT_CPU, resource.RLIMIT_AS)))\n', {
        limits: { cpuSeconds: 7, memoryMb: 2048 },
      }),
    );

    expect(result).toMatchObject({ status: 'succeeded', isolation: { kind: 'process' }, log: `0 7 ${2048 * 1024 * 1024}\n` });
    expect(result.isolation.gaps.length).toBeGreaterThan(0);
  });

  it('keeps that process out of the folders and the network of its caller, where the kernel has Landlock', async () => {
    const { log } = await under.jobs.run(
      job(
        `import ctypes, pathlib, socket
version = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)
def tries(what):
    try: what()
    except PermissionError: return "refused"
    except OSError: pass
    return "got through"
print(version >= 1, tries(lambda: pathlib.Path(${JSON.stringify(join(folder, 'outside'))}).write_text("x")))
print(version >= 4, tries(lambda: socket.create_connection(("127.0.0.1", 9))))
`,
      ),
    );

    for (const line of log.trim().split('\n')) expect(['True refused', 'False got through']).toContain(line);
  });

  it('gives that process copies: what it writes to its inputs does not reach the store', async () => {
    const digest = await under.artifacts.put(new TextEncoder().encode('kept'));
    const bundle = await under.artifacts.putBundle([{ path: 'a.txt', digest, bytes: 4 }]);
    await under.jobs.run(job('try: open("/input/data/a.txt", "w").write("lost")\nexcept OSError: pass\n', { inputs: [{ at: 'data', bundle }] }));

    expect(new TextDecoder().decode(await under.artifacts.get(digest))).toBe('kept');
  });

  it('ends what that process leaves running', async () => {
    const { log } = await under.jobs.run(job('import os, subprocess\nprint(subprocess.Popen(["sleep", "3600"], start_new_session=True).pid)\n'));

    expect(existsSync(`/proc/${log.trim()}`)).toBe(false);
  });

  it('runs untrusted code only when that was asked for', async () => {
    const own = await open({ probe: NONE, allowUnsandboxed: true });

    expect(await own.jobs.run(job('print(1)\n', { trust: 'untrusted' }))).toMatchObject({ status: 'succeeded', isolation: { kind: 'none' } });
    await own.close();
  });
});

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
