import { KubernetesPodJobs } from '@mle-smith/adapter-kubernetes';
import { describeServer, waitFor } from '../testbed/index.ts';
import { describeChart } from './describe-chart.ts';
import { FOREIGN_KINDS } from './gates.ts';
import { missingPrograms } from './programs.ts';
import { render, valuesPath, VALUES_FILES, type KubeObject } from './render.ts';
import { ApiPaths } from './testing/api-paths.ts';
import { BAD_JOBS, type AnyJob, type BadJob } from './testing/bad-jobs.ts';
import { install, type Installed } from './testing/installed.ts';
import { leftBehind } from './testing/left-behind.ts';

const COMMAND = ['/mle-smith/venv/bin/python', '-P', '-s', '/mle-smith/src/mle_env/server/listen.py', '/mle-smith/src'];

/** Nothing but the policy refuses it. */
const [KNOWN_BAD] = BAD_JOBS as readonly [BadJob];

/** Without what the API server and its controllers added. */
function asSent({ metadata, spec: { selector: _, ...spec }, ...job }: AnyJob): AnyJob {
  const { labels, annotations } = metadata;
  for (const all of [spec.template.metadata.labels, labels]) for (const key of Object.keys(all)) if (/controller-uid|job-name/.test(key)) delete all[key];
  const { status: _status, ...rest } = job;
  return { ...rest, metadata: { name: 'sent', labels, annotations }, spec };
}

if ((await missingPrograms()).length > 0) await describeChart('the chart on a real API server', () => undefined);
else
  await describeServer('the chart on a real API server', 'kube', (server) => {
    let installed: Installed;
    let paths: ApiPaths;
    beforeAll(async () => {
      installed = await install(server);
      paths = await ApiPaths.discover(installed.admin);
    }, 120_000);
    afterAll(() => installed?.dispose(), 120_000);

    /** A dry run of server-side apply: everything that the server would say, and nothing stays. */
    const dryRun = (object: KubeObject): ReturnType<Installed['admin']> => {
      const path = `${paths.of(object, installed.release.namespace)}?dryRun=All&fieldManager=spec&force=true&fieldValidation=Strict`;
      return installed.admin('PATCH', path, object, 'application/apply-patch+yaml');
    };

    it.each(VALUES_FILES)('takes everything that is rendered with the values %s', async (values) => {
      const objects = await render({ ...installed.release, values: [valuesPath(values)] });

      const answers = await Promise.all(
        objects.filter(({ kind }) => !FOREIGN_KINDS.includes(kind)).map(async (object) => ({ object, answer: await dryRun(object) })),
      );

      expect(answers.filter(({ answer }) => answer.status >= 300).map(({ object, answer }) => [object.kind, object.metadata.name, answer.body])).toEqual([]);
    });

    it('has what was rendered, after an installation', async () => {
      const objects = await render(installed.release);

      const found = await Promise.all(
        objects
          .filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined)
          .map(async (object) => (await installed.admin('GET', paths.of(object, installed.release.namespace))).status),
      );

      expect(found.length).toBeGreaterThan(30);
      expect(new Set(found)).toEqual(new Set([200]));
    });

    it('finds every expression of the policy sound', async () => {
      const policy = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${installed.release.namespace}-r-mle-smith-jobs`;
      const status = async (): Promise<{ observedGeneration?: number; typeChecking?: { expressionWarnings?: readonly unknown[] } }> =>
        ((await installed.admin('GET', policy)).body as { status?: object }).status ?? {};

      expect(await waitFor(async () => (await status()).observedGeneration !== undefined, 30_000)).toBe(true);

      expect((await status()).typeChecking?.expressionWarnings ?? []).toEqual([]);
    });

    describe('lets the account of stations', () => {
      /** What `kubectl auth can-i --list` prints, but for what everybody may. */
      const rights = async (namespace: string): Promise<readonly string[]> => {
        const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
        const { body } = await installed.station('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', review);
        const { resourceRules } = (body as { status: { resourceRules: readonly Record<'verbs' | 'apiGroups' | 'resources', readonly string[]>[] } }).status;
        return resourceRules
          .filter(({ apiGroups }) => !apiGroups.some((name) => name === 'authorization.k8s.io' || name === 'authentication.k8s.io'))
          .flatMap(({ verbs, apiGroups, resources }) => resources.map((resource) => `${apiGroups.join()}/${resource}: ${verbs.join(' ')}`))
          .sort();
      };

      it.each(['solve', 'grade'] as const)('start, watch and remove Jobs in the zone %s, and nothing more', async (zone) => {
        expect(await rights(installed.zones[zone])).toEqual([
          '/events: get list watch',
          '/pods/log: get',
          '/pods: get list watch',
          'batch/jobs: create get list watch delete',
        ]);
      });

      it('do nothing elsewhere, its own namespace included', async () => {
        expect(await rights(installed.release.namespace)).toEqual([]);
        expect(await rights('kube-system')).toEqual([]);
      });

      it.each([
        ['read secrets of candidates', 'GET', (name: Installed) => `/api/v1/namespaces/${name.zones.solve}/secrets`],
        ['read secrets beside answers', 'GET', (name: Installed) => `/api/v1/namespaces/${name.zones.grade}/secrets`],
        ['read secrets of services', 'GET', (name: Installed) => `/api/v1/namespaces/${name.release.namespace}/secrets`],
        ['read ConfigMaps', 'GET', (name: Installed) => `/api/v1/namespaces/${name.zones.grade}/configmaps`],
        ['start pods without a Job', 'POST', (name: Installed) => `/api/v1/namespaces/${name.zones.solve}/pods`],
        ['run programs in pods', 'POST', (name: Installed) => `/api/v1/namespaces/${name.zones.solve}/pods/x/exec`],
        ['start Jobs beside services', 'POST', (name: Installed) => `/apis/batch/v1/namespaces/${name.release.namespace}/jobs`],
        ['change Jobs', 'PATCH', (name: Installed) => `/apis/batch/v1/namespaces/${name.zones.solve}/jobs/x`],
        ['change the policy', 'DELETE', () => '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/x'],
        ['change what may be reached', 'DELETE', (name: Installed) => `/apis/networking.k8s.io/v1/namespaces/${name.zones.solve}/networkpolicies/r-mle-smith`],
        ['give rights', 'POST', (name: Installed) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${name.zones.solve}/rolebindings`],
      ])('not %s', async (_, method, path) => {
        expect((await installed.station(method, path(installed), method === 'POST' || method === 'PATCH' ? {} : undefined)).status).toBe(403);
      });
    });

    describe('with the Job of a station', () => {
      /** As they were sent, by profile. */
      const jobs = new Map<string, AnyJob>();
      let good: AnyJob;
      const sent = (job: AnyJob, zone: 'solve' | 'grade' = 'solve'): ReturnType<Installed['station']> =>
        installed.station('POST', `/apis/batch/v1/namespaces/${installed.zones[zone]}/jobs?dryRun=All`, job);
      const sentBad = ({ of = 'cpu', change }: BadJob): ReturnType<Installed['station']> => {
        const job = structuredClone(jobs.get(of));
        change(job);
        return sent(job);
      };

      beforeAll(async () => {
        const { release, zones, image, profiles, stationConfig } = installed;
        const pods = await KubernetesPodJobs.open({
          access: { kubeconfigFile: stationConfig },
          settings: {
            instance: `${release.namespace}-${release.name}`,
            namespaces: zones,
            images: [image, ...Object.values(profiles).flatMap((row) => row.image ?? [])],
            profiles: Object.fromEntries(Object.entries(profiles).map(([name, row]) => [name, { image, ...row }])),
            command: COMMAND,
            runtimeClass: server.details['runtimeClass'] ?? '',
          },
        });
        const limits = { memoryMb: 64, processes: 16, diskMb: 16, inputMb: 16, deadlineSeconds: 600 };
        for (const profile of Object.keys(profiles)) {
          const environment = { MLE_ENV_ONCE: '1' };
          const job = await pods.start({ key: `policy-${profile}`, zone: 'solve', profile, trust: 'untrusted', limits, environment, labels: { job: 'solve' } });
          const { body } = await installed.admin('GET', `/apis/batch/v1/namespaces/${job.namespace}/jobs/${job.name}`);
          jobs.set(profile, asSent(body));
        }
        await pods.close();
        good = jobs.get('cpu');
        // An API server takes anything until it has loaded a policy.
        const loaded = await waitFor(async () => JSON.stringify((await sentBad(KNOWN_BAD)).body).includes(KNOWN_BAD.says), 30_000);
        if (!loaded) throw new Error(`the API server still takes a Job with ${KNOWN_BAD.what}, 30 s after the policy was installed`);
      }, 120_000);

      it('takes it as the station sends it, whatever its profile', async () => {
        const answers = await Promise.all([...jobs].map(async ([profile, job]) => [profile, (await sent(job)).status]));

        expect(answers).toEqual(Object.keys(installed.profiles).map((profile) => [profile, 201]));
      });

      it.each(BAD_JOBS)('refuses it with $what', async (bad) => {
        const { status, body } = await sentBad(bad);

        expect([403, 422]).toContain(status);
        expect((body as { message: string }).message).toContain(`ValidatingAdmissionPolicy '${installed.release.namespace}-r-mle-smith-jobs'`);
        expect((body as { message: string }).message).toContain(bad.says);
      });

      it('refuses one of candidates where answers are', async () => {
        expect(((await sent(good, 'grade')).body as { message: string }).message).toContain('say where and whose');
      });

      describe('and pods that somebody else makes in a zone', () => {
        const made = (change: (pod: AnyJob) => void, zone: 'solve' | 'grade' = 'solve'): ReturnType<Installed['admin']> => {
          const pod = structuredClone(good.spec.template.spec);
          change(pod);
          return installed.admin('POST', `/api/v1/namespaces/${installed.zones[zone]}/pods?dryRun=All`, {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'made' },
            spec: pod,
          });
        };

        it('takes a good one, by an administrator', async () => {
          expect((await made(() => undefined)).status).toBe(201);
        });

        it.each([
          ['that is privileged', (pod: AnyJob) => Object.assign(pod.containers[0].securityContext, { privileged: true, allowPrivilegeEscalation: true })],
          ['that may gain privileges', (pod: AnyJob) => (pod.containers[0].securityContext.allowPrivilegeEscalation = true)],
          ['that may be root', (pod: AnyJob) => Object.assign(pod.containers[0].securityContext, { runAsNonRoot: false })],
          ['of the user root', (pod: AnyJob) => (pod.containers[0].securityContext.runAsUser = 0)],
          ['with capabilities', (pod: AnyJob) => (pod.containers[0].securityContext.capabilities = { drop: ['ALL'], add: ['NET_ADMIN'] })],
          ['that keeps capabilities', (pod: AnyJob) => delete pod.containers[0].securityContext.capabilities],
          ['without a filter of system calls', (pod: AnyJob) => (pod.containers[0].securityContext.seccompProfile = { type: 'Unconfined' })],
          ['on the network of the node', (pod: AnyJob) => (pod.hostNetwork = true)],
          ['among the processes of the node', (pod: AnyJob) => (pod.hostPID = true)],
          ['in the memory of the node', (pod: AnyJob) => (pod.hostIPC = true)],
          ['with a folder of the node', (pod: AnyJob) => pod.volumes.push({ name: 'host', hostPath: { path: '/' } })],
          ['at a port of the node', (pod: AnyJob) => Object.assign(pod.containers[0].ports[0], { hostPort: 7070, containerPort: 7070 })],
        ])('refuses one %s', async (_, change) => {
          const { status, body } = await made(change);

          expect(status).toBe(403);
          expect((body as { message: string }).message).toContain('violates PodSecurity "restricted:latest"');
        });

        it('refuses one that wants more than the limit of a sandbox', async () => {
          const { status, body } = await made((pod) => Object.assign(pod.containers[0].resources.limits, { memory: '65Gi' }));

          expect(status).toBe(403);
          expect((body as { message: string }).message).toContain('maximum memory usage per Container is 64Gi');
        });
      });

      it.each(['solve', 'grade'] as const)('keeps secrets out of the zone %s, whoever brings one', async (zone) => {
        const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { key: 'value' } };

        const refused = await waitFor(async () => {
          const { status, body } = await installed.admin('POST', `/api/v1/namespaces/${installed.zones[zone]}/secrets?dryRun=All`, secret);
          return status === 403 && (body as { message: string }).message.includes('exceeded quota');
        }, 30_000);

        expect(refused).toBe(true);
      });

      it('takes one without a runtime class where that is allowed and its profile has none, and others with theirs', async () => {
        const { helm, release } = installed;
        const values = release.values.flatMap((file) => ['--values', file]);
        const open = ['--set', 'jobs.runtimeClass=,jobs.allowUnsandboxed=true'];
        await helm('upgrade', 'r', release.chart ?? '', '--namespace', release.namespace, ...values, ...open, '--no-hooks');
        const sentWith = async (profile: string, runtimeClass: string | undefined): Promise<number> => {
          const job = structuredClone(jobs.get(profile));
          job.spec.template.spec.runtimeClassName = runtimeClass;
          return (await sent(job)).status;
        };

        // An API server goes by the older policy until it has loaded this one.
        expect(await waitFor(async () => (await sentWith('cpu', undefined)) === 201, 30_000)).toBe(true);
        expect(await sentWith('gpu-1', 'kata-gpu')).toBe(201);
        expect(await sentWith('cpu', 'kata-gpu')).toBe(422);
        expect(await sentWith('gpu-1', undefined)).toBe(422);
      }, 60_000);
    });

    it('is updated, goes back, and leaves nothing behind', async () => {
      const { helm, release, admin, zones } = installed;
      const place = ['--namespace', release.namespace] as const;
      const values = release.values.flatMap((file) => ['--values', file]);

      await helm('upgrade', 'r', release.chart ?? '', ...place, ...values, '--set', 'services.design.shutdownSeconds=99', '--no-hooks');
      const grace = async (): Promise<unknown> => {
        const { body } = await admin('GET', `/apis/apps/v1/namespaces/${release.namespace}/deployments/r-mle-smith-design`);
        return (body as { spec: { template: { spec: { terminationGracePeriodSeconds: number } } } }).spec.template.spec.terminationGracePeriodSeconds;
      };
      expect(await grace()).toBe(114);
      await helm('rollback', 'r', '1', ...place, '--no-hooks');
      expect(await grace()).toBe(40);

      await helm('uninstall', 'r', ...place, '--no-hooks');

      const left = (): Promise<readonly string[]> => leftBehind(admin, paths, 'r', [release.namespace, ...Object.values(zones)]);
      expect(await waitFor(async () => (await left()).length === 0, 60_000)).toBe(true);
    }, 120_000);
  });
