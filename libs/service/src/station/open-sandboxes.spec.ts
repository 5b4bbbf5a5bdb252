import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '@mle-smith/environment';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { ServiceMetrics, type Log } from '@mle-smith/telemetry';
import { readConfig } from '../config.ts';
import { POD_SETTINGS, STATION_SETTINGS } from '../settings.ts';
import { openSandboxes } from './open-sandboxes.ts';

const JOB: Job = {
  name: 'hello',
  zone: 'measure',
  trust: 'ours',
  run: { script: 'main.py' },
  inputs: [],
  files: { 'main.py': new TextEncoder().encode('print("hello")\n') },
};

describe('the sandboxes of a station', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'open-sandboxes-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('work on while another replica on this machine starts and ends', async () => {
    const artifacts = new InMemoryArtifactStore();
    const config = { ...readConfig({ ...STATION_SETTINGS, ...POD_SETTINGS }, {}, 'any'), workDirectory: folder };
    const open = async () => {
      const ends: (() => Promise<unknown>)[] = [];
      const jobs = await openSandboxes({
        app: 'execute',
        config,
        artifacts,
        metrics: new ServiceMetrics(),
        log: { write: () => undefined } as unknown as Log,
        stopping: new AbortController().signal,
        atEnd: (_name, step) => void ends.push(step),
      });
      return { jobs, close: async () => void (await Promise.all(ends.map((end) => end()))) };
    };
    const hello = async ({ jobs }: Awaited<ReturnType<typeof open>>) => (await jobs.run(JOB)).log;

    const first = await open();
    expect(await hello(first)).toBe('hello\n');
    const second = await open();
    expect(await hello(first)).toBe('hello\n');
    expect(await hello(second)).toBe('hello\n');
    await second.close();
    expect(await hello(first)).toBe('hello\n');
    await first.close();
    expect(await readdir(join(folder, 'execute', 'sandboxes'))).toEqual([]);
  });
});
