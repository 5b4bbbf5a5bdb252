import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '@mle-smith/environment';
import { describeJobRunner } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { sweepControlGroups } from './cgroup.ts';
import { probeSandbox, type SandboxProbe } from './probe-sandbox.ts';
import { SandboxJobRunner, UnsandboxedRefusedError } from './sandbox-job-runner.ts';
import { repositoryPython } from './testing/repository-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'mle-smith-sandbox-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

async function open(
  options: { probe?: SandboxProbe; allowUnsandboxed?: boolean } = {},
): Promise<{ jobs: SandboxJobRunner; artifacts: InMemoryArtifactStore; close: () => Promise<void> }> {
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

const probe = await probeSandbox();
const NONE: SandboxProbe = {
  mode: 'process',
  isolation: { kind: 'none', gaps: ['no sandbox: code runs as a process of the caller'] },
  advice: ['install the package bubblewrap'],
};

(probe.mode === 'process' ? describe.skip : describe)('with bubblewrap', () => {
  describeJobRunner(`SandboxJobRunner (${probe.isolation.kind})`, () => open());

  it('gives each zone another hash seed and the same zone the same', async () => {
    const { jobs, close } = await open();
    const seeds = await Promise.all(
      (['measure', 'solve', 'grade', 'solve'] as const).map(async (zone) => (await jobs.run(job('print(hash("a"))\n', { zone }))).log),
    );

    expect(new Set(seeds.slice(0, 3)).size).toBe(3);
    expect(seeds[3]).toBe(seeds[1]);
    await close();
  });

  it('changes the surroundings that a job asks to have changed', async () => {
    const { jobs, close } = await open();
    const result = await jobs.run(
      job('import os, time\nprint(time.tzname[0], os.getcwd(), oct(os.umask(0)))\n', {
        environment: { timezone: 'Asia/Tokyo', directory: '/tmp', umask: 0o077 },
      }),
    );

    expect(result.log.trim()).toBe('JST /tmp 0o77');
    await close();
  });

  it('keeps nothing of one untrusted program for the next, not even the sandbox', async () => {
    const { jobs, close } = await open();
    await jobs.run(job('open("/tmp/note", "w").write("x")\n', { trust: 'untrusted' }));
    const next = await jobs.run(job('import os\nprint(os.path.exists("/tmp/note"), os.listdir("/output"))\n', { trust: 'untrusted' }));

    expect(next.log.trim()).toBe('False []');
    await close();
  });

  it('ends a job on abort and serves the next', async () => {
    const { jobs, close } = await open();
    const abort = new AbortController();
    const running = jobs.run(job('import time\nprint("on", flush=True)\ntime.sleep(60)\n'), abort.signal);
    setImmediate(() => abort.abort(new Error('stopped')));

    await expect(running).rejects.toThrow('stopped');
    expect((await jobs.run(job('print(1)\n'))).status).toBe('succeeded');
    await close();
  });

  it('sweeps the control groups of dead processes and no others', async () => {
    const parent = '/sys/fs/cgroup/memory';
    const stale = join(parent, 'mle-smith-999999999-1');
    const { jobs, close } = await open();
    await jobs.run(job('print(1)\n'));
    try {
      mkdirSync(stale);
    } catch {
      return close();
    }

    await sweepControlGroups();

    expect(existsSync(stale)).toBe(false);
    expect((await jobs.run(job('print(2)\n'))).status).toBe('succeeded');
    await close();
  });
});

describe('without a sandbox', () => {
  it('refuses untrusted code and says what to install', async () => {
    const { jobs, close } = await open({ probe: NONE });

    await expect(jobs.run(job('print(1)\n', { trust: 'untrusted' }))).rejects.toThrow(UnsandboxedRefusedError);
    await expect(jobs.run(job('print(1)\n', { trust: 'untrusted' }))).rejects.toThrow('install the package bubblewrap');
    await close();
  });

  it('runs our own code as a limited process, and says so', async () => {
    const { jobs, close } = await open({ probe: NONE });
    const result = await jobs.run(job('import resource\nprint(resource.getrlimit(resource.RLIMIT_CORE)[0])\n'));

    expect(result).toMatchObject({ status: 'succeeded', isolation: { kind: 'process' } });
    expect(result.isolation.gaps.length).toBeGreaterThan(0);
    await close();
  });

  it('keeps that process out of the folders of its caller, where the kernel has Landlock', async () => {
    const { jobs, close } = await open({ probe: NONE });
    const result = await jobs.run(
      job(
        `import ctypes, pathlib\nhas = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) >= 1\ntry:\n    pathlib.Path(${JSON.stringify(join(folder, 'outside'))}).write_text("x"); print(has, "wrote")\nexcept PermissionError: print(has, "refused")\n`,
      ),
    );

    expect(['True refused', 'False wrote']).toContain(result.log.trim());
    await close();
  });

  it('runs untrusted code only when that was asked for', async () => {
    const { jobs, close } = await open({ probe: NONE, allowUnsandboxed: true });

    expect(await jobs.run(job('print(1)\n', { trust: 'untrusted' }))).toMatchObject({ status: 'succeeded', isolation: { kind: 'none' } });
    await close();
  });
});
