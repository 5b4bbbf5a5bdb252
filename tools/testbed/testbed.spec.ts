import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underLock } from './lock.ts';
import { freePorts, listens } from './ports.ts';
import { birthOf, endGroup, runTool, startDetached } from './processes.ts';
import { recipeOf } from './recipes.ts';
import { serverFor } from './server-for.ts';

describe('the test bed', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mle-smith-testbed-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('prefers the server that the environment names', async () => {
    const { variable } = recipeOf('kafka');
    const before = process.env[variable];
    process.env[variable] = 'broker.example:9092';

    const server = await serverFor('kafka');

    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
    expect(server).toEqual({ name: 'kafka', address: 'broker.example:9092', details: {} });
  });

  it('names the servers there are when it is asked for another', () => {
    expect(() => recipeOf('oracle')).toThrow('kafka');
  });

  it('ends a process that does not listen, and tells it from a later one', async () => {
    const pid = await startDetached(process.execPath, ['-e', "process.on('SIGTERM', () => 0); setInterval(() => 0, 1000)"], join(folder, 'log'));
    const birth = await birthOf(pid);

    await endGroup(pid, 'SIGKILL');

    expect(birth).toBeDefined();
    expect(await birthOf(pid)).toBeUndefined();
  });

  it('lets one at a time through a lock, and takes it over from the dead', async () => {
    let inside = 0;
    let most = 0;
    const lock = join(folder, 'lock');
    const work = () =>
      underLock(lock, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await listens('127.0.0.1:1');
        inside -= 1;
      });
    await runTool('sh', ['-c', `mkdir ${lock} && touch ${lock}/1-never`]);

    await Promise.all([work(), work(), work()]);

    expect(most).toBe(1);
  });

  it('gives free ports, each once, however many ask at the same time, and none that a client may be given for its own end', async () => {
    const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '49152');

    const ports = (await Promise.all(Array.from({ length: 10 }, () => freePorts(40)))).flat();

    expect(new Set(ports).size).toBe(400);
    expect(Math.max(...ports)).toBeLessThan(Number.parseInt(range, 10));
    expect(await listens(`127.0.0.1:${ports[0]}`)).toBe(false);
  });

  it('says which program is not installed, and how one failed', async () => {
    await expect(runTool('no-such-program', [])).rejects.toThrow('not installed');
    await expect(runTool('sh', ['-c', 'echo reason; exit 3'])).rejects.toThrow('reason');
  });
});
