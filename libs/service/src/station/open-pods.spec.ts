import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { ServiceMetrics, type Log } from '@mle-smith/telemetry';
import { readConfig } from '../config.ts';
import { POD_SETTINGS, STATION_SETTINGS } from '../settings.ts';
import { ClusterSight } from './cluster-sight.ts';
import { openPods } from './open-pods.ts';

const GOOD = {
  MLE_SMITH_POD_SECRET: 'sixteen or more of them',
  MLE_SMITH_RUNTIME_IMAGE: `registry.example/runtime@sha256:${'a'.repeat(64)}`,
  MLE_SMITH_RUNTIME_CLASS: 'gvisor',
};

describe('a runner of pods', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'open-pods-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The faults that it refuses to start with; the name of a kubeconfig that is not there comes last of all. */
  const faultsOf = async (environment: Readonly<Record<string, string>>): Promise<unknown> => {
    const config = readConfig({ ...STATION_SETTINGS, ...POD_SETTINGS }, { KUBECONFIG: join(folder, 'none'), ...environment }, 'any');
    const opening = openPods({
      config,
      artifacts: new InMemoryArtifactStore(),
      metrics: new ServiceMetrics(),
      log: {} as Log,
      sight: new ClusterSight(),
      stopping: new AbortController().signal,
    });
    return opening.then(
      () => [],
      (error: { faults?: readonly string[]; code?: string }) => error.faults?.map((fault) => fault.split(':')[0]) ?? error.code,
    );
  };
  const profiles = async (rows: unknown): Promise<string> => {
    const file = join(folder, 'profiles.json');
    await writeFile(file, JSON.stringify(rows));
    return file;
  };

  it('says everything that is missing at once', async () => {
    expect(await faultsOf({})).toEqual(['MLE_SMITH_POD_SECRET', 'MLE_SMITH_RUNTIME_IMAGE', 'MLE_SMITH_RUNTIME_CLASS']);
    expect(await faultsOf(GOOD)).toBe('ENOENT');
  });

  it('runs no untrusted code on the kernel of a node unless that is allowed', async () => {
    const { MLE_SMITH_RUNTIME_CLASS: _, ...without } = GOOD;

    expect(await faultsOf(without)).toEqual(['MLE_SMITH_RUNTIME_CLASS']);
    expect(await faultsOf({ ...without, MLE_SMITH_ALLOW_UNSANDBOXED: 'true' })).toBe('ENOENT');
    expect(await faultsOf({ ...without, MLE_SMITH_POD_PROFILES_FILE: await profiles({ cpu: { cpu: '1', runtimeClass: 'kata' } }) })).toBe('ENOENT');
  });

  it('takes no profile that the table has not, no row that says what no row may, and no two zones of one namespace', async () => {
    expect(await faultsOf({ ...GOOD, MLE_SMITH_POD_PROFILES: 'measure=cpu,solve=gpu,grade=cpu' })).toEqual(['MLE_SMITH_POD_PROFILES']);
    expect(await faultsOf({ ...GOOD, MLE_SMITH_POD_PROFILES_FILE: await profiles({ cpu: { cpu: '1', privileged: true } }) })).toEqual(['pods']);
    expect(await faultsOf({ ...GOOD, MLE_SMITH_SOLVE_NAMESPACE: 'one', MLE_SMITH_GRADE_NAMESPACE: 'one' })).toEqual(['pods']);
    expect(await faultsOf({ ...GOOD, MLE_SMITH_POD_PROFILES_FILE: join(folder, 'gone') })).toContain('MLE_SMITH_POD_PROFILES_FILE');
  });
});
