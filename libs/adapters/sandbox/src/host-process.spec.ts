import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sweepControlGroups } from './cgroup.ts';
import { probeSandbox } from './probe-sandbox.ts';
import { descendants, runs, until } from './testing/descendants.ts';

const HOST = [join(import.meta.dirname, 'testing', 'run-job-main.ts')];
const folder = mkdtempSync(join(tmpdir(), 'mle-smith-host-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const probe = await probeSandbox();
const groups = (pid: number): string[] =>
  ['memory', 'pids', '.'].flatMap((name) => {
    try {
      return readdirSync(join('/sys/fs/cgroup', name)).filter((entry) => entry.startsWith(`mle-smith-${pid}-`));
    } catch {
      return [];
    }
  });

(probe.mode === 'process' ? describe.skip : describe)(`the process that holds sandboxes (${probe.isolation.kind})`, () => {
  it('takes them along when it is killed, and the next one sweeps what is left', async () => {
    const host = spawn(process.execPath, [...HOST, join(folder, 'killed'), 'import time\ntime.sleep(3600)\n'], { stdio: 'ignore' });
    const pid = host.pid ?? 0;
    let inside: number[] = [];
    // bubblewrap, process 1 and the job
    await until(() => (inside = descendants(pid)).length >= 3);
    host.kill('SIGKILL');
    await until(() => !inside.some(runs));
    // The kernel counts a process as a member of its group until it has freed what it held.
    await until(() => {
      void sweepControlGroups();
      return groups(pid).length === 0;
    });

    expect(groups(pid)).toEqual([]);
  });

  it('hands none of its descriptors on, however high their number', async () => {
    const leaked = openSync('/etc/hostname', 'r');
    const program = 'import os\nfor name in sorted(os.listdir("/proc/self/fd"), key=int): print(name)\n';
    const host = spawn(process.execPath, [...HOST, join(folder, 'leaking'), program], {
      stdio: ['ignore', 'pipe', 'inherit', ...Array.from({ length: 248 }, () => 'ignore' as const), leaked],
    });
    closeSync(leaked);
    let log = '';
    host.stdout?.on('data', (chunk) => (log += String(chunk)));
    await new Promise((resolve) => host.on('close', resolve));

    // Its standard three, and the one that lists them.
    expect(log.trim().split('\n')).toEqual(['0', '1', '2', '3']);
  });

  it('works whatever its mask for new files is', async () => {
    const { stdout } = await promisify(execFile)('/bin/sh', [
      '-c',
      'umask 077 && exec "$@"',
      'sh',
      process.execPath,
      ...HOST,
      join(folder, 'masked'),
      'print("ran")\n',
    ]);

    expect(stdout).toBe('ran\n');
  });
});
