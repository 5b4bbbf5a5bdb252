import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { exampleSettings } from '../testing/example-settings.ts';
import { isAllowedVariable, jobManifest, specHash } from './job-manifest.ts';
import type { PodJobOrder } from './pod-jobs.ts';
import { PodSettings } from './settings.ts';

const settings = PodSettings.parse(exampleSettings());
const order: PodJobOrder = {
  key: 'trial/penguins--sex/g1/a1/knn',
  zone: 'solve',
  profile: 'cpu-small',
  trust: 'untrusted',
  limits: { memoryMb: 4096, processes: 64, diskMb: 1024, deadlineSeconds: 900 },
  environment: { PYTHONHASHSEED: '1' },
  labels: { task: 'penguins--sex', run: 'a trial: no label' },
};
const bare = PodSettings.parse({ ...exampleSettings(), runtimeClass: undefined });

describe('the manifest of a Job', () => {
  it.each(Object.keys(settings.profiles))('is for the profile %s what stands in golden/', async (profile) => {
    const golden = JSON.parse(await readFile(join(import.meta.dirname, 'golden', `${profile}.json`), 'utf8')) as unknown;

    expect(jobManifest({ ...order, profile }, settings)).toEqual(golden);
  });

  it('is the same for the same order, whatever the order of its keys, and has another hash where anything differs', () => {
    const { labels, key, ...rest } = order;
    const same = jobManifest({ labels, ...rest, key }, settings);
    const other = jobManifest({ ...order, limits: { ...order.limits, memoryMb: 4097 } }, settings);

    expect(specHash(same)).toBe(specHash(jobManifest(order, settings)));
    expect(specHash(other)).not.toBe(specHash(same));
    expect(other.metadata?.name).toBe(same.metadata?.name);
  });

  it('has the priority and the user namespace of its profile, else those of the settings', () => {
    const { profiles } = settings;
    const own = {
      ...settings,
      priorityClass: 'all',
      hostUsers: true,
      profiles: { ...profiles, own: { ...profiles['cpu-small'], priorityClass: 'low', hostUsers: false } },
    };
    const pod = (profile: string): unknown => jobManifest({ ...order, profile }, own as PodSettings).spec?.template.spec;

    expect(pod('own')).toMatchObject({ priorityClassName: 'low', hostUsers: false });
    expect(pod('cpu-small')).toMatchObject({ priorityClassName: 'all', hostUsers: true });
  });

  it('goes to the namespace of its zone', () => {
    expect([jobManifest(order, settings), jobManifest({ ...order, zone: 'grade' }, settings)].map(({ metadata }) => metadata?.namespace)).toEqual([
      'mls-solve',
      'mls-grade',
    ]);
  });

  it('has a user that no other Job has, the same each time, of those in the settings', () => {
    const users = (keys: readonly string[]): Set<unknown> =>
      new Set(
        keys.map((key) => {
          const pod = jobManifest({ ...order, key }, settings).spec?.template.spec;
          const own = pod?.containers[0]?.securityContext?.runAsUser ?? 0;
          expect(pod?.securityContext?.runAsUser).toBe(own);
          expect(own).toBeGreaterThanOrEqual(settings.users.first);
          expect(own).toBeLessThan(settings.users.first + settings.users.count);
          return own;
        }),
      );
    const keys = Array.from({ length: 200 }, (_, number) => `key-${number}`);

    expect(users(keys).size).toBe(200);
    expect(users(['key-1', 'key-1']).size).toBe(1);
  });

  it('differs only in name, user, labels, limits, variables and the row of the profile, whatever an order says', () => {
    const text = fc.string({ maxLength: 80, unit: 'binary' });
    const amount = fc.integer({ min: 1, max: 100_000 });
    const orders = fc.record({
      key: text,
      zone: fc.constantFrom('solve' as const, 'grade' as const),
      profile: fc.constantFrom('cpu-small', 'gpu-1'),
      trust: fc.constantFrom('ours' as const, 'untrusted' as const),
      limits: fc.record({ memoryMb: amount, processes: amount, diskMb: amount, deadlineSeconds: amount }),
      environment: fc.record({ PYTHONHASHSEED: text }),
      labels: fc.record({ task: text, run: text }),
    });
    fc.assert(fc.property(orders, (any) => expect(fixedPartsOf(any)).toEqual(fixedPartsOf({ ...order, profile: any.profile }))));
  });

  it.each<[string, Partial<PodJobOrder>, RegExp]>([
    ['a profile that is not there', { profile: 'huge' }, /no profile 'huge'.*cpu-small/],
    ['a profile of the language', { profile: 'constructor' }, /no profile 'constructor'/],
    ['a variable of others', { environment: { LD_PRELOAD: '/tmp/x.so' } }, /variable 'LD_PRELOAD'/],
    ['the port of the server', { environment: { MLE_ENV_PORT: '1' } }, /variable 'MLE_ENV_PORT'/],
    ['a label with a slash', { labels: { 'kueue.x-k8s.io/queue-name': 'x' } }, /no name of a label/],
    ['no memory', { limits: { ...order.limits, memoryMb: 0 } }, /limits\.memoryMb/],
    ['half a second', { limits: { ...order.limits, deadlineSeconds: 0.5 } }, /limits\.deadlineSeconds/],
  ])('is refused to an order of %s', (_, changes, complaint) => {
    expect(() => jobManifest({ ...order, ...changes }, settings)).toThrow(
      expect.objectContaining({ code: 'order_refused', message: expect.stringMatching(complaint) }),
    );
  });

  it('of untrusted code is refused without a RuntimeClass, unless that is allowed; our own code runs', () => {
    expect(() => jobManifest(order, bare)).toThrow(expect.objectContaining({ code: 'unsandboxed_refused' }));
    expect(jobManifest(order, { ...bare, allowUnsandboxed: true }).spec?.template.spec?.runtimeClassName).toBeUndefined();
    expect(jobManifest({ ...order, trust: 'ours' }, bare).spec?.template.spec?.runtimeClassName).toBeUndefined();
  });

  it('cannot say by a label of an order that it is another installation’s', () => {
    expect(jobManifest({ ...order, labels: { instance: 'other', zone: 'grade' } }, settings).metadata?.labels).toMatchObject({
      'mle-smith.io/instance': 'prod',
      'mle-smith.io/zone': 'solve',
    });
  });

  it('lets through the variables of our server and of the interpreter, and no others', () => {
    expect(['MLE_ENV_TOKEN', 'PYTHONHASHSEED', 'TZ', 'OMP_NUM_THREADS'].every(isAllowedVariable)).toBe(true);
    expect(['PATH', 'PYTHONPATH', 'PYTHONSTARTUP', 'LD_LIBRARY_PATH', 'AWS_SECRET_ACCESS_KEY', 'HTTP_PROXY', 'mle_env_x', ''].some(isAllowedVariable)).toBe(
      false,
    );
  });
});

/** A manifest without what an order may choose. */
function fixedPartsOf(any: PodJobOrder): unknown {
  const { metadata: _, spec } = jobManifest(any, settings);
  const pod = spec?.template.spec;
  const [container] = pod?.containers ?? [];
  return {
    ...spec,
    activeDeadlineSeconds: undefined,
    template: {
      annotations: spec?.template.metadata?.annotations,
      labels: Object.keys(spec?.template.metadata?.labels ?? {}).length,
      spec: {
        ...pod,
        securityContext: { ...pod?.securityContext, runAsUser: undefined },
        activeDeadlineSeconds: undefined,
        volumes: pod?.volumes?.map(({ name, emptyDir, ...rest }) => ({ name, medium: emptyDir?.medium, ...rest })),
        containers: [
          {
            ...container,
            securityContext: { ...container?.securityContext, runAsUser: undefined },
            env: container?.env?.map(({ name }) => name),
            resources: Object.keys(container?.resources?.limits ?? {}),
          },
        ],
      },
    },
  };
}
