import { DEFAULT_LIMITS, type Job, type JobSession, type Zone } from '../job-runner.ts';
import { SandboxPool, type PooledSandbox, type SandboxPoolOptions } from './sandbox-pool.ts';

/** A sandbox that only counts. */
class Counting implements PooledSandbox {
  alive = true;
  jobs = 0;
  clean = true;
  closed = Promise.withResolvers<void>();
  readonly for: string;
  constructor(zone: Zone, warm: boolean, job: Job | undefined) {
    this.for = `${zone} ${warm ? 'warm' : 'cold'} ${job?.name ?? 'any'}`;
  }
  ready(): Promise<void> {
    return Promise.resolve();
  }
  emptied(): Promise<boolean> {
    return Promise.resolve(this.clean);
  }
  close(): Promise<void> {
    this.alive = false;
    this.closed.resolve();
    return Promise.resolve();
  }
}

const job = (rest: Partial<Job> = {}): Job => ({
  name: 'one',
  zone: 'measure',
  trust: 'ours',
  run: { call: 'a:b', argument: null },
  inputs: [],
  ...rest,
});

function poolOf(rest: Partial<SandboxPoolOptions<Counting>> = {}): { pool: SandboxPool<Counting>; made: Counting[] } {
  const made: Counting[] = [];
  const start = (zone: Zone, warm: boolean, of: Job | undefined): Promise<Counting> => {
    made.push(new Counting(zone, warm, of));
    return Promise.resolve(made.at(-1)!);
  };
  return { pool: new SandboxPool({ start, usual: ({ diskMb }) => diskMb === DEFAULT_LIMITS.diskMb, spare: false, ...rest }), made };
}

const use = async (pool: SandboxPool<Counting>, of: Job): Promise<Counting> => {
  const sandbox = await pool.take(of);
  sandbox.jobs += 1;
  await pool.give(of, sandbox);
  return sandbox;
};

describe('a pool of sandboxes', () => {
  it('gives one again to our jobs of its zone, and to nobody else', async () => {
    const { pool, made } = poolOf();
    const first = await use(pool, job());

    expect(await use(pool, job({ name: 'two' }))).toBe(first);
    await use(pool, job({ zone: 'grade' }));
    await use(pool, job({ trust: 'untrusted', zone: 'solve' }));
    await use(pool, job({ limits: { diskMb: 7 } }));
    expect(made.map((sandbox) => `${sandbox.for} ${sandbox.alive ? 'kept' : 'ended'}`)).toEqual([
      'measure warm any kept',
      'grade warm any kept',
      'solve cold one ended',
      'measure warm one ended',
    ]);
  });

  it('makes one for untrusted code ahead where it is told to', async () => {
    const { pool, made } = poolOf({ spare: true });
    await use(pool, job({ trust: 'untrusted', zone: 'solve' }));

    expect(made.map((sandbox) => `${sandbox.for} ${sandbox.alive ? 'kept' : 'ended'}`)).toEqual(['solve cold any ended', 'solve cold any kept']);
    await pool.close();
    expect(made.every((sandbox) => !sandbox.alive)).toBe(true);
  });

  describe('for the jobs of a session', () => {
    const over = new AbortController();
    const of = (rest: Partial<Job> = {}): Job => job({ trust: 'untrusted', zone: 'solve', session: { over: over.signal }, ...rest });
    const session: JobSession = { over: over.signal };

    it('gives one again to the same session, and to nobody else', async () => {
      const { pool, made } = poolOf();
      const mine = await use(pool, of({ session }));
      const others = [await use(pool, of()), await use(pool, job({ trust: 'untrusted', zone: 'solve' })), await use(pool, job({ zone: 'solve' }))];

      expect(await use(pool, of({ name: 'two', session }))).toBe(mine);
      expect(others).not.toContain(mine);
      expect(made.map((sandbox) => `${sandbox.for} ${sandbox.alive ? 'kept' : 'ended'}`)).toEqual([
        'solve cold one kept',
        'solve cold one kept',
        'solve cold one ended',
        'solve warm any kept',
      ]);
    });

    it('makes another one where the first has no room for a job, and keeps one of two that were needed at once', async () => {
      const { pool, made } = poolOf();
      const small = await use(pool, of({ session }));
      const large = await use(pool, of({ session, limits: { memoryMb: 9_000 } }));
      expect([small.alive, large.alive]).toEqual([false, true]);

      const both = [await pool.take(of({ session })), await pool.take(of({ session }))];
      for (const sandbox of both) await pool.give(of({ session }), sandbox);

      expect(both[0]).toBe(large);
      expect(made.map((sandbox) => sandbox.alive)).toEqual([false, true, false]);
    });

    it('ends one in which something was left, one of a session that is over, and one that is idle for too long', async () => {
      const ended = new AbortController();
      const { pool } = poolOf({ idleMs: 20 });
      const dirty = await pool.take(of({ session }));
      dirty.clean = false;
      await pool.give(of({ session }), dirty);
      expect(dirty.alive).toBe(false);

      const kept = await use(pool, of({ session: { over: ended.signal } }));
      expect(kept.alive).toBe(true);
      ended.abort();
      expect(kept.alive).toBe(false);
      expect((await use(pool, of({ session: { over: ended.signal } }))).alive).toBe(false);

      const idle = await use(pool, of({ session }));
      await idle.closed.promise;
      expect(await use(pool, of({ session }))).not.toBe(idle);
    });
  });

  it('ends one in which something was left, and one that died', async () => {
    const { pool, made } = poolOf();
    const dirty = await pool.take(job());
    dirty.clean = false;
    await pool.give(job(), dirty);
    const dead = await use(pool, job());
    dead.alive = false;

    expect(await use(pool, job())).not.toBe(dead);
    expect(made.map((sandbox) => sandbox.alive)).toEqual([false, false, true]);
  });

  it('keeps no more idle ones than it may, and none longer than it may', async () => {
    const { pool, made } = poolOf({ mostIdle: () => 1, idleMs: 20 });
    const both = [await pool.take(job()), await pool.take(job())];
    for (const sandbox of both) await pool.give(job(), sandbox);

    expect(made.map((sandbox) => sandbox.alive)).toEqual([true, false]);
    await both[0]?.closed.promise;
    expect(await use(pool, job())).not.toBe(both[0]);
  });
});
