import { setTimeout as sleep } from 'node:timers/promises';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import { FaultyApi } from '../testing/faulty-api.ts';
import { HELLO, orderOf, randomName, testCluster, type TestCluster } from '../testing/test-cluster.ts';

await describeServer('who holds a Job', 'kube', (server) => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await testCluster(server);
  });
  afterAll(() => cluster.dispose());
  const jobNames = async (): Promise<string[]> =>
    (await cluster.batch.listNamespacedJob({ namespace: cluster.namespaces.solve })).items.map(({ metadata }) => metadata?.name ?? '').sort();

  it('is one Job, whoever of two comes first', async () => {
    const order = orderOf(HELLO);
    const [one, other] = await Promise.all([cluster.open(), cluster.open()]);

    const [first, second] = await Promise.all([one.start(order), other.start(order)]);

    expect(first.name).toBe(second.name);
    expect([first.adopted, second.adopted].sort()).toEqual([false, true]);
    expect((await jobNames()).filter((name) => name === first.name)).toHaveLength(1);
    await first.remove();
    expect(await second.ended()).toMatchObject({ code: 'job_vanished' });
    await second.remove();
  });

  it('is the successor of a process that was killed, for all of its Jobs and for no other installation’s', async () => {
    const orders = Array.from({ length: 8 }, (_, number) => orderOf(HELLO, { key: randomName(`orphan-${number}`) }));
    const killed = await cluster.open();
    const others = await cluster.open({ instance: randomName('other') });
    for (const order of orders) await killed.start(order);
    const foreign = await Promise.all(orders.slice(0, 3).map((order) => others.start(order)));
    const before = await jobNames();

    // Whoever is killed removes nothing; its Jobs are what its successor finds.
    const successor = await cluster.open();
    const adopted = await Promise.all(orders.map((order) => successor.start(order)));

    expect(adopted.every((job) => job.adopted)).toBe(true);
    expect(await jobNames()).toEqual(before);
    await successor.close();
    const left = foreign.map(({ name }) => name).sort();
    expect(await waitFor(async () => (await jobNames()).join() === left.join(), 30_000)).toBe(true);
    await Promise.all(foreign.map((job) => job.remove()));
  });

  it('is not another installation that was given the same name: both have a Job for the same key, and neither removes that of the other', async () => {
    const eager = { listSeconds: 1, graceSeconds: { orphan: 1 } };
    const [one, namesake] = await Promise.all([cluster.open({ owner: 'one' }), cluster.open({ ...eager, owner: 'namesake' })]);
    const order = orderOf('exit 0');
    const left = await one.start(order);
    await left.ended();

    const other = await namesake.start(order);

    expect([other.adopted, other.name === left.name]).toEqual([false, false]);
    expect(await other.ended()).toMatchObject({ code: 'exited' });
    const names = await jobNames();
    await other.remove();
    // As long as the removal of its own takes, it has had time for that of the other.
    expect(await waitFor(async () => !(await jobNames()).includes(other.name), 30_000)).toBe(true);
    expect(names).toContain(left.name);
    expect(await jobNames()).toContain(left.name);
    await left.remove();
  });

  it('gets no Job of the same name that was made by another order', async () => {
    const jobs = await cluster.open();
    const order = orderOf(HELLO);
    const first = await jobs.start(order);

    const changed = jobs.start({ ...order, limits: { ...order.limits, memoryMb: 48 } });

    await expect(changed).rejects.toMatchObject({ code: 'job_name_conflict', message: expect.stringContaining(first.name) as unknown });
    await first.remove();
  });

  it('is the one whose settings hold now: what a predecessor left under others makes room', async () => {
    const order = orderOf(HELLO);
    const [before, now] = await Promise.all([cluster.open(), cluster.open({ terminationSeconds: 2 })]);
    const left = await before.start(order);
    await left.ready();

    const again = await now.start(order);

    expect([again.name, again.adopted]).toEqual([left.name, false]);
    expect(await left.ended()).toMatchObject({ code: 'job_vanished', charge: 'infra' });
    await expect(again.ready()).resolves.toMatchObject({ port: 7070 });
    expect(cluster.notices).toContainEqual(expect.objectContaining({ kind: 'orphan_deleted', job: left.name }));
    await again.remove();
  });

  it('may start the same key again after the removal', async () => {
    const jobs = await cluster.open();
    const order = orderOf('exit 4');
    const first = await jobs.start(order);
    await first.ended();
    await first.remove();

    const second = await jobs.start(order);

    expect(second.adopted).toBe(false);
    expect(await second.ended()).toMatchObject({ exitCode: 4 });
    await second.remove();
  });

  it('is nobody after a while: what ended and was not fetched is deleted, of this installation alone', async () => {
    const settings = { listSeconds: 1, graceSeconds: { orphan: 1 } };
    const [left, foreign] = await Promise.all([cluster.open(), cluster.open({ instance: randomName('other') })]);
    const orphan = await left.start(orderOf('exit 0'));
    const other = await foreign.start(orderOf('exit 0'));
    await Promise.all([orphan.ended(), other.ended()]);

    await cluster.open(settings);

    expect(await waitFor(async () => !(await jobNames()).includes(orphan.name), 30_000)).toBe(true);
    // The Job can be gone before the answer to its deletion has come.
    expect(await waitFor(() => cluster.notices.some((notice) => notice.kind === 'orphan_deleted' && notice.job === orphan.name), 20_000)).toBe(true);
    expect(await jobNames()).toContain(other.name);
    await Promise.all([orphan.remove(), other.remove()]);
  });

  it('waits for a quota without an end, and never has more than it allows', async () => {
    const namespace = cluster.namespaces.grade;
    await cluster.core.createNamespacedResourceQuota({ namespace, body: { metadata: { name: 'two' }, spec: { hard: { 'count/jobs.batch': '2' } } } });
    // Until it is counted for the first time it holds nobody back.
    const counted = async (): Promise<boolean> => (await cluster.core.readNamespacedResourceQuota({ namespace, name: 'two' })).status?.used !== undefined;
    expect(await waitFor(counted, 30_000)).toBe(true);
    const jobs = await cluster.open();
    let most = 0;
    const one = async (): Promise<string> => {
      const job = await jobs.start(orderOf('exit 0', { zone: 'grade' }));
      most = Math.max(most, (await cluster.batch.listNamespacedJob({ namespace })).items.length);
      const end = await job.ended();
      await job.remove();
      return end.code;
    };

    const ends = await Promise.all(Array.from({ length: 6 }, one));

    expect(ends).toEqual(Array.from({ length: 6 }, () => 'exited'));
    expect(most).toBeLessThanOrEqual(2);
    expect(cluster.notices.some(({ kind }) => kind === 'waiting_for_quota')).toBe(true);
  });

  it('waits in a queue, without a pod, until somebody admits it', async () => {
    const image = server.details['busyboxImage'] ?? '';
    const row = { image, cpu: '200m', cpuRequest: '20m', inputMb: 16, queue: 'a-queue' };
    const jobs = await cluster.open({ profiles: { 'cpu-small': row }, graceSeconds: { unschedulable: 1, refused: 1 } });
    const job = await jobs.start(orderOf(HELLO));
    const found = await cluster.batch.readNamespacedJob({ name: job.name, namespace: cluster.namespaces.solve });
    expect(found.metadata?.labels?.['kueue.x-k8s.io/queue-name']).toBe('a-queue');
    expect(found.spec?.suspend).toBe(true);
    // Longer than any grace.
    expect(await Promise.race([job.ended().then(() => 'ended'), sleep(3_000, 'waits')])).toBe('waits');

    await cluster.suspend(job.name, false);

    await expect(job.ready()).resolves.toMatchObject({ port: 7070 });
    await job.remove();
  });

  it('is nobody where it is in its queue for longer than anybody waits', async () => {
    const image = server.details['busyboxImage'] ?? '';
    const profiles = { 'cpu-small': { image, cpu: '200m', cpuRequest: '20m', inputMb: 16, queue: 'a-queue' } };
    const [left, foreign] = await Promise.all([cluster.open({ profiles }), cluster.open({ profiles, instance: randomName('other') })]);
    const orphan = await left.start(orderOf(HELLO));
    const other = await foreign.start(orderOf(HELLO));

    await cluster.open({ profiles, listSeconds: 1, graceSeconds: { queue: 1, orphan: 1 } });

    expect(await waitFor(async () => !(await jobNames()).includes(orphan.name), 30_000)).toBe(true);
    expect(cluster.notices).toContainEqual(expect.objectContaining({ kind: 'orphan_deleted', job: orphan.name }));
    expect(await jobNames()).toContain(other.name);
    await Promise.all([orphan.remove(), other.remove()]);
  });

  describe('that is called off while it is created', () => {
    let api: FaultyApi;
    beforeAll(async () => {
      api = await FaultyApi.before(server.address);
    });
    afterAll(() => api.stop());
    const beginning = async () => {
      const jobs = await cluster.open({}, { access: { kubeconfigFile: api.kubeconfigFile } });
      const stop = new AbortController();
      const order = orderOf(HELLO);
      api.next(/^POST .*\/jobs/, { kind: 'reply-held' });
      const starting = jobs.start(order, stop.signal);
      starting.catch(() => undefined);
      expect(await waitFor(() => api.held === 1, 10_000)).toBe(true);
      const made = (await cluster.batch.listNamespacedJob({ namespace: cluster.namespaces.solve })).items.find(
        ({ metadata }) => metadata?.annotations?.['mle-smith.io/key'] === order.key,
      );
      return { jobs, stop, starting, name: made?.metadata?.name ?? 'none' };
    };
    afterEach(() => api.release());

    it('is nobody, and is not left behind', async () => {
      const { stop, starting, name } = await beginning();
      expect(await jobNames()).toContain(name);

      stop.abort(new Error('enough'));

      await expect(starting).rejects.toThrow('enough');
      expect(await jobNames()).not.toContain(name);
    });

    it('is nobody when its process has closed', async () => {
      const { jobs, name } = await beginning();
      expect(await jobNames()).toContain(name);

      await jobs.close();

      expect(await jobNames()).not.toContain(name);
    });
  });

  it('takes a slot of its profile, and waits for one where all are taken', async () => {
    const image = server.details['busyboxImage'] ?? '';
    const jobs = await cluster.open({ profiles: { 'cpu-small': { image, cpu: '200m', cpuRequest: '20m', inputMb: 16, slots: 1 } } });
    const first = await jobs.start(orderOf(HELLO));
    let came = false;
    const second = jobs.start(orderOf(HELLO)).then((job) => ((came = true), job));
    await first.ready();
    const before = came;

    await first.remove();

    expect(before).toBe(false);
    await (await second).remove();
  });
});
