import { describeServers, waitFor } from '../../testbed/index.ts';
import { describeChart } from '../describe-chart.ts';
import { missingPrograms } from '../programs.ts';
import type { KubeObject } from '../render.ts';
import { ApiPaths } from '../testing/api-paths.ts';
import { leftBehind } from '../testing/left-behind.ts';
import { Caller } from './caller.ts';
import { GROUND_SERVERS, Installation } from './installation.ts';

/** Bounds, not times: two processors that others use too start sixteen services twice. */
const STEP_MS = 400_000;

interface Deployment extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly readyReplicas?: number; readonly observedGeneration: number };
}

if ((await missingPrograms()).length > 0) await describeChart('the chart with its images', () => undefined);
else
  await describeServers('the chart with its images on a real cluster', GROUND_SERVERS, (servers) => {
    if (servers.some(({ pid }) => pid === undefined)) {
      it.skip('is tried on servers of the test bed: the environment names others', () => undefined);
      return;
    }
    let installation: Installation;
    let caller: Caller;
    beforeAll(async () => {
      installation = await Installation.prepare(servers);
    }, STEP_MS);
    afterAll(() => installation?.dispose(), STEP_MS);

    const deployments = async (): Promise<readonly Deployment[]> =>
      (await installation.read<{ items: readonly Deployment[] }>(installation.path('deployments', '/apis/apps/v1'))).items;

    it(
      'installs: servers are prepared, and every service is ready',
      async () => {
        const { code, output } = await installation.helm('install', '--wait');

        expect([code, code === 0 ? '' : output]).toEqual([0, '']);
        expect((await deployments()).map(({ metadata, status }) => [metadata.name, status.readyReplicas])).toEqual(
          ['assert', 'brainstorm', 'design', 'execute', 'gateway', 'ingest', 'refactor', 'review'].map((app) => [`mle-smith-${app}`, 1]),
        );
      },
      STEP_MS,
    );

    it(
      'is updated while a dataset is at work: all pods are replaced, and its task is verified in the end',
      async () => {
        caller = await Caller.start(installation, 'caller');
        await caller.saying('brainstormed', STEP_MS);
        const pods = async (): Promise<readonly string[]> =>
          (await installation.read<{ items: readonly KubeObject[] }>(`${installation.path('pods')}?labelSelector=mle-smith.io/role`)).items
            .map(({ metadata }) => metadata.name)
            .sort();
        const before = await pods();

        const { code, output } = await installation.helm('upgrade', '--set-string', 'defaults.podAnnotations.revision=2', '--wait');
        const { well, said } = await caller.ended(STEP_MS);

        expect([code, code === 0 ? '' : output]).toEqual([0, '']);
        expect([well, well ? '' : said]).toEqual([true, '']);
        expect(said).toContain('1 reviewed → 1 verified');
        expect((await pods()).filter((name) => before.includes(name))).toEqual([]);
      },
      2 * STEP_MS,
    );

    it(
      'passes its own test, which names what came of each stage',
      async () => {
        const { code, output } = await installation.helm('test', '--logs');

        expect([code, code === 0 ? '' : output]).toEqual([0, '']);
        expect(output).toContain('Phase:          Succeeded');
        // Nothing enforces policies on the test bed.
        expect(output).toContain('OPEN: a pod that may reach nobody has reached');
        expect(output).toMatch(/1 dataset \(0 refused\) → 1 proposed → 1 designed → 1 asserted → 1 reviewed → 1 verified/);
      },
      STEP_MS,
    );

    it(
      'is removed, and leaves nothing',
      async () => {
        await installation.call('DELETE', `${installation.path('pods')}/caller`);
        const { namespace, call } = installation;
        const paths = await ApiPaths.discover(call);
        const left = (): Promise<readonly string[]> => leftBehind(call, paths, 'mle-smith', [namespace, `${namespace}-solve`, `${namespace}-grade`]);
        const before = await left();

        const { code, output } = await installation.uninstall();

        expect([code, code === 0 ? '' : output]).toEqual([0, '']);
        expect(before.length).toBeGreaterThan(30);
        // The test of a release belongs to nobody.
        expect(await waitFor(async () => (await left()).every((line) => / mle-smith-test(-network)?$/.test(line)), 120_000)).toBe(true);
      },
      STEP_MS,
    );
  });
