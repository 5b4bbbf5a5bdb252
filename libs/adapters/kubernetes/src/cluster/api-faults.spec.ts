import { setTimeout as sleep } from 'node:timers/promises';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import { FaultyApi, type ApiFaultOfWay } from '../testing/faulty-api.ts';
import { call, HELLO, orderOf, testCluster, untilCalled, type TestCluster } from '../testing/test-cluster.ts';
import type { KubernetesPodJobs } from './kubernetes-pod-jobs.ts';

const CREATE = /^POST .*\/jobs/;
const LOG = /^GET .*\/log\?/;

await describeServer('Jobs, when the way to the API server is bad,', 'kube', (server) => {
  let cluster: TestCluster;
  let api: FaultyApi;
  let jobs: KubernetesPodJobs;
  let pauses: number[] = [];
  beforeAll(async () => {
    cluster = await testCluster(server);
    api = await FaultyApi.before(server.address);
    jobs = await cluster.open(
      {},
      {
        access: { kubeconfigFile: api.kubeconfigFile },
        retries: {
          random: () => 0,
          // Pauses are noted, and shortened.
          rest: (ms, signal) => {
            pauses.push(ms);
            return sleep(Math.min(ms, 100), undefined, signal === undefined ? {} : { signal });
          },
        },
      },
    );
  });
  beforeEach(() => {
    pauses = [];
  });
  afterEach(() => {
    expect(api.pending).toBe(0);
    api.forget();
  });
  afterAll(async () => {
    await cluster.dispose();
    await api.stop();
  });
  const jobsNamed = async (name: string): Promise<number> =>
    (await cluster.batch.listNamespacedJob({ namespace: cluster.namespaces.solve })).items.filter(({ metadata }) => metadata?.name === name).length;

  it.each<[string, ApiFaultOfWay]>([
    ['is refused for too many', { kind: 'answer', status: 429, retryAfterSeconds: 1 }],
    ['fails in the server', { kind: 'answer', status: 500, message: 'etcdserver: leader changed' }],
    ['meets another writer', { kind: 'answer', status: 409, reason: 'Conflict', message: 'the object has been modified' }],
    ['meets a quota', { kind: 'answer', status: 403, reason: 'Forbidden', message: 'exceeded quota: q' }],
    ['is lost on its way', { kind: 'reset' }],
    ['is carried out in silence', { kind: 'reply-lost' }],
    ['is answered with half a Job', { kind: 'truncated', afterBytes: 200 }],
  ])('are created once although the first request %s', async (_, fault) => {
    api.next(CREATE, fault, fault);

    const job = await jobs.start(orderOf('exit 0'));

    expect(job.adopted).toBe(false);
    expect(await jobsNamed(job.name)).toBe(1);
    expect(await job.ended()).toMatchObject({ code: 'exited' });
    await job.remove();
    expect(await jobsNamed(job.name)).toBe(0);
  });

  it('wait as long as the server asks for, and no longer than their limit', async () => {
    api.next(CREATE, { kind: 'answer', status: 429, retryAfterSeconds: 3 }, { kind: 'answer', status: 503, retryAfterSeconds: 3_000 });

    const job = await jobs.start(orderOf('exit 0'));

    expect(pauses).toEqual(expect.arrayContaining([3_000 + 100, 20_000]));
    await job.remove();
  });

  it.each([400, 401, 403, 422])('are given up at once where the server says no with %d, in words without headers', async (status) => {
    api.next(CREATE, { kind: 'answer', status, message: 'because of the test' });

    const start = jobs.start(orderOf('exit 0'));

    await expect(start).rejects.toMatchObject({ code: 'cluster_refused', status, message: expect.not.stringMatching(/content-type/i) as unknown });
    expect(pauses).toEqual([]);
    expect(cluster.notices).toContainEqual(expect.objectContaining({ kind: 'called', outcome: 'refused', code: String(status) }));
  });

  it('are refused by name where their namespace is not there', async () => {
    const nowhere = await cluster.open({ namespaces: { solve: 'nobody-made-it', grade: cluster.namespaces.grade } });

    const start = nowhere.start(orderOf('exit 0'));

    await expect(start).rejects.toMatchObject({
      code: 'cluster_refused',
      status: 404,
      message: expect.stringMatching(/nobody-made-it.*make the namespace/) as unknown,
    });
  });

  it('are not begun where the server does not know who asks', async () => {
    api.next(/./, { kind: 'answer', status: 401 });

    const open = cluster.open({}, { access: { kubeconfigFile: api.kubeconfigFile } });

    await expect(open).rejects.toMatchObject({ code: 'cluster_refused', status: 401, message: expect.stringMatching(/renew the credentials/) as unknown });
  });

  it('are told as unreachable when no try gets through', async () => {
    api.next(CREATE, ...Array.from({ length: 9 }, (): ApiFaultOfWay => ({ kind: 'reset' })));

    await expect(jobs.start(orderOf('exit 0'))).rejects.toMatchObject({ code: 'cluster_unreachable' });
  });

  it('are removed although deletions fail, and are gone where somebody else was faster', async () => {
    const job = await jobs.start(orderOf(HELLO));
    api.next(/^DELETE/, { kind: 'answer', status: 500 }, { kind: 'reply-lost' });

    await job.remove();
    await job.remove();

    expect(await jobsNamed(job.name)).toBe(0);
  });

  it('are removed while creations hang', async () => {
    const job = await jobs.start(orderOf(HELLO));
    const stop = new AbortController();
    api.next(CREATE, ...Array.from({ length: 8 }, (): ApiFaultOfWay => ({ kind: 'held' })));
    const hanging = Array.from({ length: 12 }, () => jobs.start(orderOf('exit 0'), stop.signal));
    expect(await waitFor(() => api.held === 8, 10_000)).toBe(true);

    await job.remove();

    expect(await jobsNamed(job.name)).toBe(0);
    stop.abort(new Error('enough'));
    api.release();
    await Promise.allSettled(hanging);
  });

  it('end while nothing can be seen, and are told when it can again, with few requests', async () => {
    const running = await Promise.all(Array.from({ length: 4 }, (_, code) => jobs.start(orderOf(untilCalled(code)))));
    const addresses = await Promise.all(running.map((job) => job.ready()));
    const told = cluster.notices.length;
    const since = (): readonly string[] => cluster.notices.slice(told).map(({ kind }) => kind);
    api.cut();
    await Promise.all(addresses.map(call));
    const finished = async (): Promise<boolean> =>
      (await cluster.core.listNamespacedPod({ namespace: cluster.namespaces.solve })).items.filter(({ status }) => /Succeeded|Failed/.test(status?.phase ?? ''))
        .length >= 4;
    expect(await waitFor(finished, 60_000)).toBe(true);
    expect(await waitFor(() => since().includes('list_failed'), 60_000)).toBe(true);
    const before = api.requests.length;

    api.heal();
    const ends = await Promise.all(running.map((job) => job.ended()));

    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 1, 2, 3]);
    // Lists and watches of two namespaces, and a log each.
    expect(api.requests.length - before).toBeLessThan(20);
    await Promise.all(running.map((job) => job.remove()));
    expect(since()).toContain('list_recovered');
  }, 180_000);

  it('are seen to end although watches break again and again', async () => {
    const job = await jobs.start(orderOf(untilCalled(5)));
    const address = await job.ready();
    let end: unknown;
    const ended = job.ended().then((told) => (end = told));
    api.dropWatches();
    await call(address);

    const broken = await waitFor(() => {
      api.dropWatches();
      return end !== undefined;
    }, 60_000);

    expect(broken).toBe(true);
    expect(await ended).toMatchObject({ exitCode: 5 });
    await job.remove();
  }, 120_000);

  it('have their log read on from where a reply broke off', async () => {
    api.next(LOG, { kind: 'truncated', afterBytes: 300 });

    const job = await jobs.start(orderOf('i=0; while [ $i -lt 40 ]; do echo "line $i"; i=$((i+1)); done; exit 1'));
    const end = await job.ended();

    const numbers = new Set([...(end.log ?? '').matchAll(/line (\d+)$/gm)].map(([, number]) => Number(number)));
    expect(numbers.size).toBe(40);
    expect(api.requests.filter((request) => /sinceTime/.test(request))).toHaveLength(1);
    await job.remove();
  });

  it('have an end without a log where that is lost', async () => {
    api.next(LOG, { kind: 'reset' }, { kind: 'answer', status: 500 }, { kind: 'answer', status: 404 });

    const job = await jobs.start(orderOf('echo said; exit 6'));

    expect(await job.ended()).toMatchObject({ code: 'exited_nonzero', exitCode: 6, logsLost: true });
    expect(cluster.notices).toContainEqual(expect.objectContaining({ kind: 'logs_lost', job: job.name }));
    await job.remove();
  });
});
