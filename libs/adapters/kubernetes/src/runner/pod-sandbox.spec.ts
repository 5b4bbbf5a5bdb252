import { createHmac } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import type { PodJob, PodJobs } from '../cluster/pod-jobs.ts';
import { digestOfToken } from './pod-channel.ts';
import { PodSandbox } from './pod-sandbox.ts';
import { warmOrder } from './pod-order.ts';
import { programOf } from './testing/program-of.ts';

const TOKEN = 'token';

describe('a sandbox whose server lets us in, says that the job runs, and cuts us off', () => {
  const visits: number[] = [];
  let server: Server;
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      let greeted = false;
      createInterface({ input: socket }).on('line', (line) => {
        if (greeted) {
          visits.push(performance.now());
          return void socket.end(`${JSON.stringify({ state: 'running', id: 'job', machine: 'x86_64', gaps: [] })}\n`);
        }
        greeted = true;
        socket.write(`${createHmac('sha256', digestOfToken(TOKEN)).update(line).digest('hex')}\n`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  it('comes again after ever longer rests, until it is called off', async () => {
    const pod: PodJob = {
      name: 'pod',
      namespace: 'solve',
      adopted: false,
      ready: () => Promise.resolve({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }),
      ended: () => new Promise(() => undefined),
      log: () => Promise.resolve(undefined),
      remove: () => Promise.resolve(),
    };
    const pods: PodJobs = {
      start: () => Promise.resolve(pod),
      inputMb: () => 4_096,
      isolation: () => ({ kind: 'none', gaps: [] }),
      close: () => Promise.resolve(),
    };
    const profiles = { measure: 'cpu', solve: 'cpu', grade: 'cpu' };
    const sandbox = new PodSandbox(pods, warmOrder('solve', 'key', TOKEN, profiles), TOKEN, 'holder', 60);
    const calledOff = new AbortController();
    await sandbox.ready();
    const serving = sandbox.serve(programOf('print(1)\n'), 'job', [], calledOff.signal);
    while (visits.length < 6) await new Promise(setImmediate);
    calledOff.abort(new Error('called off'));

    await expect(serving).rejects.toThrow('called off');
    const rests = visits.slice(1).map((at, place) => at - (visits[place] ?? 0));
    [50, 100, 200, 400].forEach((least, place) => expect(rests[place + 1]).toBeGreaterThanOrEqual(least - 5));
    await sandbox.close();
  });
});
