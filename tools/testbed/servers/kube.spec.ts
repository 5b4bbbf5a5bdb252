import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeOwnServer } from '../describe-server.ts';
import { birthOf, runTool } from '../processes.ts';
import { waitFor } from '../wait-for.ts';
import { kubeCall, type KubeCall } from './kube/api.ts';
import { knownPlace, leavePlace, takePlace } from './kube/place.ts';
import { checkMachine } from './kube/programs.ts';
import { removeRemains } from './kube/remains.ts';
import { ended, running, SpecJobs } from './kube/testing/jobs.ts';

const POD_MS = 40_000;

describe('a machine without the parts of a node', () => {
  it('is told that it takes root', async () => {
    await expect(checkMachine(1000)).rejects.toThrow('root');
  });

  (process.getuid?.() === 0 ? it : it.skip)('is told every package that is needed', async () => {
    await expect(checkMachine(0, [])).rejects.toThrow(/etcd-server.*containerd.*runc/);
  });
});

await describeOwnServer('a Kubernetes of the test bed', 'kube', (own) => {
  let call: KubeCall;
  let jobs: SpecJobs;
  beforeAll(async () => {
    call = await kubeCall(own.server.address);
    jobs = await SpecJobs.in(call, 'pods');
  });

  const create = (name: string, command: string, gpus = 0): Promise<void> => {
    const { busyboxImage = '', runtimeClass = '' } = own.server.details;
    return jobs.create(name, command, { image: busyboxImage, runtimeClass, gpus });
  };

  it('runs a Job of a user without rights to its end, and has its output', async () => {
    await create('plain', 'id -u; touch /file 2>&1; echo $?');

    const pod = await jobs.podThat('plain', ended);

    expect(pod.status.phase).toBe('Succeeded');
    expect(await jobs.logOf(pod)).toBe('65532\ntouch: /file: Read-only file system\n1\n');
  });

  it('refuses a pod that the policy of its namespace forbids', async () => {
    const containers = [{ name: 'main', image: 'any', securityContext: { privileged: true } }];

    const { status, body } = await call('POST', `/api/v1/namespaces/${jobs.namespace}/pods`, { metadata: { name: 'rootful' }, spec: { containers } });

    expect(status).toBe(403);
    expect(JSON.stringify(body)).toContain('violates PodSecurity');
  });

  it('gives the one GPU to one pod at a time', async () => {
    await create('first', 'nc -l -p 8080 </dev/null', 1);
    const first = await jobs.podThat('first', running);
    await create('second', 'true', 1);

    const waiting = await jobs.podThat('second', ({ status }) => status.conditions?.some(({ reason }) => reason === 'Unschedulable') === true);
    // It ends when somebody has called it.
    await heardFrom(first.status.podIP ?? '', 8080);
    const second = await jobs.podThat('second', ended);

    expect(JSON.stringify(waiting.status.conditions)).toContain('Insufficient nvidia.com/gpu');
    expect(second.status.phase).toBe('Succeeded');
  });

  it('lets the machine reach a pod, and a pod the machine at its bridge and nothing beyond', async () => {
    const heard = Promise.withResolvers<string>();
    const server = createServer((socket) => socket.on('data', (data) => heard.resolve(String(data))));
    const port = await listenAt(server, own.server.details['hostAddress'] ?? '');
    await create('network', `echo pod | nc -w 5 $MACHINE ${port}; nc -w 5 192.0.2.1 80; echo pod | nc -l -p 8080`);

    const pod = await jobs.podThat('network', running);
    const fromPod = await heard.promise;
    const answer = await heardFrom(pod.status.podIP ?? '', 8080);
    const log = await jobs.logOf(await jobs.podThat('network', ended));

    server.close();
    expect(fromPod).toBe('pod\n');
    expect(answer).toBe('pod\n');
    expect(log).toContain('Network is unreachable');
  });

  it('shares no address with another one on the machine', async () => {
    const run = await mkdtemp(join(tmpdir(), 'mle-smith-place-'));

    const other = await takePlace(run);

    await leavePlace(other);
    await rm(run, { recursive: true });
    const mine = await knownPlace(dirname(own.server.address));
    expect(other.id).not.toBe(mine?.id);
    expect(other.range).not.toBe(mine?.range);
  });

  it('is gone from the machine where only its folder was removed', async () => {
    const run = await mkdtemp(join(tmpdir(), 'mle-smith-place-'));
    const { id } = await takePlace(run);
    await rm(run, { recursive: true });
    const before = await remainsOf(run, id);

    await removeRemains(run);

    expect([before.interfaces, (await remainsOf(run, id)).interfaces]).toEqual([1, 0]);
  });

  it('takes up its pods again when it was killed and started', async () => {
    await create('lasting', 'nc -l -p 8080 </dev/null');
    const before = await jobs.podThat('lasting', running);

    await own.stop('SIGKILL');
    await own.start();
    const after = await jobs.podThat('lasting', running);
    await heardFrom(after.status.podIP ?? '', 8080);
    const last = await jobs.podThat('lasting', ended);

    expect(last.metadata.name).toBe(before.metadata.name);
    expect(last.status.containerStatuses?.[0]?.containerID).toBe(before.status.containerStatuses?.[0]?.containerID);
    expect(last.status.phase).toBe('Succeeded');
  });

  it('leaves no process, mount, interface or control group when it is gone', async () => {
    await create('orphan', 'sleep 1000');
    await jobs.podThat('orphan', running);
    const run = dirname(own.server.address);
    const { id = '' } = (await knownPlace(run)) ?? {};
    const before = await remainsOf(run, id);

    await own.dispose();

    expect(Math.min(...Object.values(before))).toBeGreaterThan(0);
    expect(await remainsOf(run, id)).toEqual({ processes: 0, mounts: 0, interfaces: 0, groups: 0 });
  });
});

/** How much of a cluster is on the machine. */
async function remainsOf(run: string, id: string): Promise<Record<string, number>> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // One that has ended keeps its number, and its group, until the first process of the machine has asked for it.
  const births = await Promise.all(numbers.map((pid) => birthOf(Number(pid))));
  const pids = numbers.filter((_, index) => births[index] !== undefined);
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  const inGroups = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')));
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  const groups = await readdir('/sys/fs/cgroup', { recursive: true }).catch(() => []);
  return {
    processes: commands.filter((command) => command.includes(run)).length + inGroups.filter((group) => group.includes(id)).length,
    mounts: mounts.filter((mount) => mount.includes(run)).length,
    interfaces: (await runTool('ip', ['-o', 'link'])).split('\n').filter((link) => link.includes(id)).length,
    groups: groups.filter((group) => group.includes(id)).length,
  };
}

function listenAt(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject).listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** What a pod says to whoever connects; asked until it listens. */
async function heardFrom(host: string, port: number): Promise<string> {
  let heard: string | undefined;
  const listened = await waitFor(async () => (heard = await ask(host, port)) !== undefined, POD_MS);
  if (!listened) throw new Error(`nobody listens [host=${host}, port=${port}]`);
  return heard ?? '';
}

function ask(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host, port, timeout: 5_000 });
    socket
      .on('connect', () => socket.end())
      .on('data', (data) => (text += String(data)))
      .on('end', () => resolve(text))
      .on('timeout', () => socket.destroy(new Error('silent')))
      .on('error', () => resolve(undefined));
  });
}
