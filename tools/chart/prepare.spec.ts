import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { SERVERS, settingsOn } from '../cluster/cluster.ts';
import { describeServers } from '../testbed/index.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Amid its work, or before or after: each must be as good. */
const KILL_MS = 1_000;

await describeServers('the hook of the chart on real servers', SERVERS, (servers) => {
  let settings: Readonly<Record<string, string>>;
  let interrupted: Readonly<Record<string, string>>;
  beforeAll(async () => {
    settings = await settingsOn(`hook-${randomBytes(4).toString('hex')}`, servers);
    interrupted = await settingsOn(`hook-${randomBytes(4).toString('hex')}`, servers);
  });
  afterAll(async () => {
    for (const each of [settings, interrupted]) await rm(each['MLE_SMITH_WORK_DIRECTORY'] ?? '', { recursive: true, force: true });
  });

  /** What the Job of the hook runs; killed on its way, if that is wanted. */
  const prepare = (where: Readonly<Record<string, string>>, killed = false): Promise<{ code: number | null; output: string }> =>
    new Promise((resolve) => {
      let output = '';
      const environment = { ...process.env, NODE_COMPILE_CACHE: join(ROOT, '.cache/node'), ...where };
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'apps/cli/src/main.ts', 'prepare', '--json'], {
        cwd: ROOT,
        env: environment,
      });
      child.stdout.on('data', (text) => (output += text));
      child.stderr.on('data', (text) => (output += text));
      child.on('close', (code) => resolve({ code, output }));
      if (killed) setTimeout(() => child.kill('SIGKILL'), KILL_MS);
    });

  it('may run beside itself and again, and changes nothing then', async () => {
    const beside = await Promise.all([prepare(settings), prepare(settings), prepare(settings)]);
    const again = await prepare(settings);

    expect(beside.map(({ code, output }) => (code === 0 ? 0 : output))).toEqual([0, 0, 0]);
    expect(again.code).toBe(0);
    const done = JSON.parse(again.output) as { topics: { created: readonly string[] }; drift: readonly string[] };
    expect([done.topics.created, done.drift]).toEqual([[], []]);
  }, 120_000);

  it('may be killed, and does the rest when it runs again', async () => {
    await prepare(interrupted, true);

    expect(await prepare(interrupted)).toMatchObject({ code: 0 });
  }, 120_000);
});
