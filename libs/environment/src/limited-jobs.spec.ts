import { jobEventOf, type EndedJob } from './job-event.ts';
import type { Job, JobResult, JobRunner } from './job-runner.ts';
import { LimitedJobs } from './limited-jobs.ts';
import { CannedJobRunner } from './testing/canned-job-runner.ts';

const job = (name: string): Job => ({ name, zone: 'solve', trust: 'ours', run: { call: 'a:b', argument: null }, inputs: [] });

/** Jobs that end when they are told to. */
class HeldJobs extends CannedJobRunner implements JobRunner {
  readonly ends = new Map<string, PromiseWithResolvers<void>>();

  override async run(given: Job, signal?: AbortSignal): Promise<JobResult> {
    const result = await super.run(given, signal);
    const end = Promise.withResolvers<void>();
    this.ends.set(given.name, end);
    await end.promise;
    return result;
  }

  get begun(): string[] {
    return this.jobs.map(({ name }) => name);
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('LimitedJobs', () => {
  let held: HeldJobs;
  let jobs: LimitedJobs;
  beforeEach(() => {
    held = new HeldJobs(() => ({}));
    jobs = new LimitedJobs(held, 2);
  });

  it('starts a job when another ends, in the order in which they came', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => jobs.run(job(name)));
    await settled();
    const first = held.begun;

    held.ends.get('b')?.resolve();
    await settled();
    const then = held.begun;
    for (const name of ['a', 'c', 'd']) {
      held.ends.get(name)?.resolve();
      await settled();
    }

    expect([first, then]).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
    expect(await Promise.all(all)).toHaveLength(4);
  });

  it('tells of each job that is over what a timeline tells: how long it waited and ran, and what it took', async () => {
    const ended: EndedJob[] = [];
    const fault = Object.assign(new Error('gone'), { code: 'pod_lost' });
    const results: readonly (Partial<JobResult> | Error)[] = [
      { durationMs: 1_200, cpuSeconds: 2.5, peakMemoryMb: 96 },
      { status: 'timeout', durationMs: 10 },
      fault,
    ];
    let place = 0;
    const runner = new CannedJobRunner(() => {
      const result = results[place];
      place += 1;
      if (result instanceof Error) throw result;
      return result ?? {};
    });
    jobs = new LimitedJobs(runner, 1, { ended: (one) => ended.push(one) });

    await jobs.run({ ...job('a'), meant: ['timeout'] });
    await jobs.run({ ...job('b'), zone: 'grade', meant: ['failed', 'timeout'] });
    await expect(jobs.run(job('c'))).rejects.toBe(fault);

    const events = ended.map((one) => jobEventOf(one, { place: 'kubernetes', profileOf: () => 'gpu-1', gpusOf: (zone) => (zone === 'solve' ? 2 : 0) }));
    const about = { kind: 'job', place: 'kubernetes', profile: 'gpu-1', queuedMs: expect.any(Number) as number };
    expect(events).toEqual([
      { ...about, name: 'a', zone: 'solve', status: 'succeeded', asMeant: false, runMs: 1_200, cpuSeconds: 2.5, gpuSeconds: 2.4, peakMemoryMb: 96 },
      expect.objectContaining({ ...about, name: 'b', zone: 'grade', status: 'timeout', asMeant: true, runMs: 10 }),
      { ...about, name: 'c', zone: 'solve', status: 'not_run', code: 'pod_lost', runMs: expect.any(Number) as number },
    ]);
  });

  it('tells how many wait, and how long each waited', async () => {
    const [waiting, waits]: [number[], number[]] = [[], []];
    jobs = new LimitedJobs(held, 1, { waiting: (count) => waiting.push(count), started: (ms) => waits.push(ms) });
    const before = performance.now();
    const all = ['a', 'b', 'c'].map((name) => jobs.run(job(name)));
    const asked = performance.now();
    const ends: number[] = [];
    for (const name of ['a', 'b', 'c']) {
      await settled();
      ends.push(performance.now());
      held.ends.get(name)?.resolve();
    }
    await Promise.all(all);

    expect(waiting).toEqual([1, 2, 1, 0]);
    // Each waited for the end of the one before it, and the first for nobody.
    const [first = 0, second = 0, third = 0] = waits;
    const [endOfFirst = 0, endOfSecond = 0] = ends;
    expect(first).toBeLessThanOrEqual(endOfFirst - before);
    expect(second).toBeGreaterThanOrEqual(endOfFirst - asked);
    expect(third).toBeGreaterThanOrEqual(endOfSecond - asked);
  });

  it('gives the place of a job back that failed', async () => {
    const failing = jobs.run(job('a'));
    const others = [jobs.run(job('b')), jobs.run(job('c'))];
    await settled();

    held.ends.get('a')?.reject(new Error('the machine broke'));
    await expect(failing).rejects.toThrow('the machine broke');
    await settled();

    expect(held.begun).toEqual(['a', 'b', 'c']);
    for (const end of held.ends.values()) end.resolve();
    await Promise.all(others);
  });

  it('lets a waiting job go when it is aborted, and starts the next in its stead', async () => {
    const abort = new AbortController();
    const running = [jobs.run(job('a')), jobs.run(job('b'))];
    const abandoned = jobs.run(job('c'), abort.signal);
    const last = jobs.run(job('d'));
    await settled();

    abort.abort(new Error('stopped'));
    await expect(abandoned).rejects.toThrow('stopped');
    held.ends.get('a')?.resolve();
    await settled();

    expect(held.begun).toEqual(['a', 'b', 'd']);
    for (const end of held.ends.values()) end.resolve();
    await Promise.all([...running, last]);
  });
});
