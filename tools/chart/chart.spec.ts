import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PodProfile, PodSettings } from '@mle-smith/adapter-kubernetes';
import { GATEWAY_SERVICE_SETTINGS, readConfig, STATION_SERVICE_SETTINGS } from '@mle-smith/service';
import { POD_SETTINGS } from '@mle-smith/service/settings';
import { withBrokenCopy } from './broken-copy.ts';
import { describeChart } from './describe-chart.ts';
import { podFaults } from './pod-faults.ts';
import { podsOf, type Container } from './pods.ts';
import { render, valuesPath, VALUES_FILES, type KubeObject, type ValuesFile } from './render.ts';
import { GATEWAY, stagesByStation } from './services.ts';
import { allSettings } from './settings.ts';
import { zoneFaults } from './zone-faults.ts';

const ROOT = join(import.meta.dirname, '../..');
type Program = (argv: readonly string[], commands: object, around: object) => Promise<number>;
const IMAGE = `runtime@sha256:${'0'.repeat(64)}`;
const ZONES = { control: 'mls', solve: 'mls-solve', grade: 'mls-grade' };

const unbroken = new Map<ValuesFile, Promise<readonly KubeObject[]>>();

/** What the chart, or a broken copy of it, renders with one of its files of values. */
function rendered(values: ValuesFile, chart?: string): Promise<readonly KubeObject[]> {
  if (chart !== undefined) return render({ chart, values: [valuesPath(values)] });
  const known = unbroken.get(values) ?? render({ values: [valuesPath(values)] });
  unbroken.set(values, known);
  return known;
}

function deployments(objects: readonly KubeObject[]): readonly { readonly app: string; readonly container: Container }[] {
  return podsOf(objects)
    .filter(({ owner }) => owner.kind === 'Deployment')
    .map(({ owner, pod }) => ({ app: owner.metadata.labels?.['app.kubernetes.io/component'] ?? '', container: pod.containers[0] as Container }));
}

/** What a container's process would see; a secret is some text. */
function environmentOf({ env = [] }: Container): Readonly<Record<string, string>> {
  return Object.fromEntries(
    env.map(({ name, value }) => [name, value ?? (name === 'MONGODB_URI' ? 'mongodb://mongo/mle-smith' : 'Name: a secret of sixteen')]),
  );
}

await describeChart('the chart', () => {
  it('has a Deployment for each app that serves, and for no other', async () => {
    const apps = await readdir(join(ROOT, 'apps'));
    const mains = await Promise.all(apps.map((app) => readFile(join(ROOT, 'apps', app, 'src/main.ts'), 'utf8').catch(() => '')));
    const serving = apps.filter((_, index) => /\b(serveStation|runService)\(/.test(mains[index] ?? ''));

    const found = deployments(await rendered('least'));

    expect(found.map(({ app }) => app).sort()).toEqual(serving.sort());
    expect(found.map(({ container }) => container.args)).toEqual(found.map(({ app }) => [`apps/${app}/src/main.ts`]));
    expect([...Object.keys(stagesByStation()), GATEWAY].sort()).toEqual(serving.sort());
  });

  it.each(VALUES_FILES)('gives each service settings that it starts with (values %s)', async (values) => {
    const known = [...allSettings().keys()];

    for (const { app, container } of deployments(await rendered(values))) {
      const table = app === GATEWAY ? GATEWAY_SERVICE_SETTINGS : STATION_SERVICE_SETTINGS;
      expect(() => readConfig(table, environmentOf(container), known)).not.toThrow();
      expect(Object.keys(environmentOf(container)).filter((name) => !known.includes(name))).toEqual([]);
    }
  });

  it.each(VALUES_FILES)('tells stations of pods as they read it (values %s)', async (values) => {
    const objects = await rendered(values);
    const environment = environmentOf(deployments(objects).find(({ app }) => app === 'execute')?.container as Container);
    const { data } = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'mls-mle-smith') as unknown as {
      data: Readonly<Record<string, string>>;
    };
    const config = readConfig(POD_SETTINGS, environment, 'any');
    const image = config.runtimeImage ?? '';

    const rows = Object.entries(JSON.parse(data['profiles.json'] ?? '') as object).map(([name, row]) => [name, PodProfile.parse({ image, ...row })] as const);

    expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(Object.values(config.podProfiles)));
    expect(environment['MLE_SMITH_POD_PROFILES_FILE']).toBe('/etc/mle-smith/config/profiles.json');
    expect(config.podProfiles).toEqual({ measure: 'cpu', solve: 'cpu', grade: 'cpu', ...(values === 'full' ? { solve: 'gpu-1', baselines: 'cpu' } : {}) });
  });

  it('lets the policy admit the command, users, group and port that stations give to pods', async () => {
    const source = await readFile(join(ROOT, 'libs/service/src/station/open-pods.ts'), 'utf8');
    const command = /const SERVER = (\[[^\]]*\])/.exec(source)?.[1]?.replaceAll("'", '"') ?? '';
    const { gid, users, port } = PodSettings.parse({
      instance: 'x',
      namespaces: { solve: 's', grade: 'g' },
      images: [IMAGE],
      profiles: { cpu: { image: IMAGE, cpu: '1' } },
      command: ['x'],
    });
    const objects = await rendered('least');
    const policy = JSON.stringify(objects.find(({ kind }) => kind === 'ValidatingAdmissionPolicy'));
    const network = objects.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === ZONES.solve);

    expect(policy).toContain(JSON.stringify(JSON.stringify(JSON.parse(command))).slice(1, -1));
    expect(policy).toContain(`runAsUser >= ${users.first} `);
    expect(policy).toContain(`runAsUser <= ${users.first + users.count - 1}`);
    expect(policy).toContain(`runAsGroup == ${gid}`);
    expect((network?.['spec'] as { ingress: readonly [{ ports: unknown }] }).ingress[0].ports).toEqual([{ protocol: 'TCP', port }]);
  });

  it('calls the command line, in its hook and its test, as it takes it', async () => {
    const { runProgram } = (await import(join(ROOT, 'apps/cli/src/program.ts'))) as { runProgram: Program };
    const called: unknown[] = [];
    const commands = new Proxy(
      {},
      {
        get:
          (_, name) =>
          async (...given: unknown[]) =>
            void called.push([name, ...given]),
      },
    );
    const quiet = { version: '0', cpus: 1, stdout: () => undefined, stderr: () => undefined };

    for (const { owner, pod } of podsOf(await rendered('full'))) {
      const [main, ...argv] = pod.containers[0]?.args ?? [];
      if (owner.kind !== 'Deployment' && main === 'apps/cli/src/main.ts') await runProgram(argv, commands, quiet);
    }

    expect(called).toHaveLength(2);
    expect(called).toContainEqual(['prepare', expect.anything()]);
    expect(called).toContainEqual([
      'runOnServer',
      ['examples/penguins'],
      expect.objectContaining({ server: 'http://mls-mle-smith-gateway:8080', out: expect.stringContaining('/work/out'), within: 250 }),
    ]);
    await expect(access(join(ROOT, 'examples/penguins'))).resolves.toBeUndefined();
  });

  it('asks for health where services answer', async () => {
    const source = await readFile(join(ROOT, 'libs/service/src/http/health.ts'), 'utf8');
    const served = [...source.matchAll(/app\.get\('([^']+)'/g)].map(([, path]) => path);

    for (const { container } of deployments(await rendered('least'))) {
      const paths = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => (container[probe] as { httpGet: { path: string } }).httpGet.path);
      expect(served).toEqual(expect.arrayContaining(paths));
      // A dead database must not cause restarts (platform OB-14).
      expect(paths.filter((path) => path === '/readyz')).toHaveLength(1);
    }
  });

  it.each(VALUES_FILES)('makes pods of the level restricted only (values %s)', async (values) => {
    const pods = podsOf(await rendered(values));

    expect(pods.length).toBeGreaterThan(0);
    expect(pods.flatMap(({ pod }) => podFaults(pod))).toEqual([]);
  });

  it.each([
    ['templates/_pod.tpl', 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false', 'can write to its root'],
    ['templates/_pod.tpl', 'drop: [ALL]', 'drop: []', 'keeps capabilities'],
    ['templates/services.yaml', 'enableServiceLinks: false', 'enableServiceLinks: true', 'gets variables for each Service'],
    ['templates/services.yaml', 'terminationGracePeriodSeconds', 'hostPID: true\n      terminationGracePeriodSeconds', 'shares a namespace of its node'],
    ['templates/_pod.tpl', 'emptyDir: { sizeLimit: 1Gi }', 'hostPath: { path: /tmp }', 'has a volume of the kind hostPath'],
    ['templates/_names.tpl', '@{{ .image.digest }}', ':latest', 'has an image without a digest'],
  ])('is found out where %s has `%s` no more', async (file, text, instead, fault) => {
    const objects = await withBrokenCopy(file, text, instead, (chart) => rendered('least', chart));

    expect(
      podsOf(objects)
        .flatMap(({ pod }) => podFaults(pod))
        .join('\n'),
    ).toContain(fault);
  });

  it.each(VALUES_FILES)('keeps its zones apart, and secrets out of those of sandboxes (values %s)', async (values) => {
    expect(zoneFaults(await rendered(values), ZONES)).toEqual([]);
  });

  it.each([
    ['names the other zone', '    mle-smith.io/zone: {{ $zone }}', '    mle-smith.io/zone: mls-grade', 'names mls-grade'],
    ['lets stations read secrets', 'resources: [events], verbs: [get, list, watch]', 'resources: [secrets], verbs: [get]', 'the right to get secrets'],
    ['lets stations change Jobs', 'verbs: [create, get, list, watch, delete]', 'verbs: [create, patch]', 'the right to patch jobs'],
    ['gives rights everywhere', 'kind: RoleBinding', 'kind: ClusterRoleBinding', 'gives rights in all namespaces'],
    ['hands a secret to sandboxes', 'kind: LimitRange', 'kind: LimitRange\nimagePullSecrets: [{ name: registry }]', 'has imagePullSecrets'],
  ])('is found out where a zone %s', async (_, text, instead, fault) => {
    const objects = await withBrokenCopy('templates/zones.yaml', text, instead, (chart) => rendered('least', chart));

    expect(zoneFaults(objects, ZONES).join('\n')).toContain(fault);
  });

  it('restarts services when what they read has changed', async () => {
    const sums = async (set: readonly string[]): Promise<readonly unknown[]> =>
      (await render({ values: [valuesPath('full')], set }))
        .filter(({ kind }) => kind === 'Deployment')
        .map((object) => (object['spec'] as { template: { metadata: KubeObject['metadata'] } }).template.metadata.annotations?.['checksum/config']);

    const [before, same, other] = await Promise.all([sums([]), sums([]), sums(['jobs.profiles.cpu.cpu=3'])]);

    expect(same).toEqual(before);
    expect(other).not.toEqual(before);
  });
});
