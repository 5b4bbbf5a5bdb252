import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import { HELLO, orderOf, testCluster, type TestCluster } from '../testing/test-cluster.ts';
import type { KubernetesPodJobs } from './kubernetes-pod-jobs.ts';
import type { PodAddress } from './pod-jobs.ts';

await describeServer('a Job of one pod in a real cluster', 'kube', (server) => {
  let cluster: TestCluster;
  let jobs: KubernetesPodJobs;
  beforeAll(async () => {
    cluster = await testCluster(server);
    jobs = await cluster.open();
  });
  afterAll(() => cluster.dispose());

  it('is ready at an address that can be connected to, and is gone after its removal', async () => {
    const job = await jobs.start(orderOf(HELLO));

    const said = await connected(await job.ready());
    await job.remove();

    expect(said).toBe('hello\n');
    expect(job.adopted).toBe(false);
    expect(await waitFor(async () => (await cluster.podOf(job.name)) === undefined, 30_000)).toBe(true);
    await expect(job.ended()).rejects.toMatchObject({ code: 'pod_job_removed' });
  });

  it('ends with the code, the times and the log of its container', async () => {
    const job = await jobs.start(orderOf('echo begun; echo gone wrong >&2; echo at an end; exit 3'));

    const end = await job.ended();

    expect(end).toMatchObject({ failure: 'program', charge: 'task', code: 'exited_nonzero', exitCode: 3, logsLost: false });
    // The lines of one stream are in order; a container's two streams are two pipes and have none between them.
    expect(end.log).toMatch(/ begun\n(.*\n)?.* at an end\n/);
    expect(end.log).toMatch(/ gone wrong\n/);
    expect(Date.parse(end.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(end.startedAt ?? ''));
    expect(cluster.notices).toContainEqual({ kind: 'ended', job: job.name, code: end.code, reason: end.reason, said: end.log });
    await job.remove();
  });

  it.each([-600_000, 600_000])('takes as long by a clock that is wrong by %d ms, which is told', async (wrongMs) => {
    const before = cluster.notices.length;
    const wrong = await cluster.open({ graceSeconds: { unschedulable: 5, image: 5 } }, { now: () => Date.now() + wrongMs });

    const job = await wrong.start(orderOf('sleep 2; exit 0'));
    const end = await job.ended();

    const seconds = (Date.parse(end.finishedAt ?? '') - Date.parse(end.startedAt ?? '')) / 1000;
    expect(end.code).toBe('exited');
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThan(60);
    expect(cluster.notices.slice(before).filter(({ kind }) => kind === 'clock_skew')).toHaveLength(1);
    await job.remove();
  });

  it('has as many processes as it may, however many its neighbours have', async () => {
    const full = 'set -e; ulimit -u 40; for i in $(seq 30); do sleep 30 & done; echo all; wait';
    const neighbours = await Promise.all(Array.from({ length: 3 }, () => jobs.start(orderOf(full, { limits: { ...orderOf('').limits, processes: 40 } }))));
    await Promise.all(neighbours.map((job) => job.ready()));

    expect(await waitFor(async () => (await Promise.all(neighbours.map((job) => job.log()))).every((log) => log?.includes(' all\n')), 20_000)).toBe(true);
    await Promise.all(neighbours.map((job) => job.remove()));
  });

  it('may flood its log with anything', async () => {
    const job = await jobs.start(
      orderOf('printf "first \\000 \\377 \\033[2J\\n"; yes "a long line of a flood of lines that never ends" | head -c 24000000; echo last; exit 7'),
    );

    const end = await job.ended();

    expect(end).toMatchObject({ exitCode: 7, logsLost: false, log: expect.stringMatching(/last\n$/) as unknown });
    expect(end.log?.length).toBeLessThan(1_400_000);
    await job.remove();
  });

  it('ends well where its container does', async () => {
    const job = await jobs.start(orderOf('exit 0'));

    const end = await job.ended();

    expect(end).toMatchObject({ failure: 'none', charge: 'none', code: 'exited', exitCode: 0 });
    await job.remove();
  });
});

/** What a server says; refused connections are repeated, since a container runs before its server listens. */
async function connected({ host, port }: PodAddress): Promise<string> {
  let said = '';
  const heard = await waitFor(async () => {
    const socket = createConnection({ host, port });
    said = await text(socket).catch(() => '');
    return said !== '';
  }, 10_000);
  return heard ? said : 'nothing';
}
