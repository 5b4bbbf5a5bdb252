import type { Job, JobResult } from '@mle-smith/environment';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { PodJobEndedError, type PodEnd, type PodJobs } from '../cluster/pod-jobs.ts';
import { KubernetesJobRunner } from './kubernetes-job-runner.ts';
import { programOf } from './testing/program-of.ts';

const MEMORY: PodEnd = {
  failure: 'memory',
  code: 'out_of_memory',
  charge: 'task',
  reason: 'used more than 64Mi',
  logsLost: false,
  log: 'begun\nlast \u001b[2Jwords\n',
};
const CRASH: PodEnd = { ...MEMORY, failure: 'program', code: 'exited_nonzero', reason: 'ended with code 3: last words', exitCode: 3 };

/** Pods that end before anybody has reached their server. */
const ending = (end: PodEnd): PodJobs => ({
  start: () =>
    Promise.resolve({
      name: 'pod',
      namespace: 'solve',
      adopted: false,
      ready: () => Promise.reject(new PodJobEndedError('pod', end)),
      ended: () => Promise.resolve(end),
      log: () => Promise.resolve(end.log),
      remove: () => Promise.resolve(),
    }),
  inputMb: () => 4_096,
  isolation: () => ({ kind: 'none', gaps: [] }),
  close: () => Promise.resolve(),
});

const run = (end: PodEnd, rest: Partial<Job> = {}): Promise<JobResult> => {
  const profiles = { measure: 'cpu', solve: 'cpu', grade: 'cpu' };
  const options = { artifacts: new InMemoryArtifactStore(), pods: ending(end), secret: 'secret', profiles, mostWarm: 0, warmIdleMs: 60_000 };
  return new KubernetesJobRunner(options).run(programOf('print(1)\n', rest));
};

describe('a job whose pod ended without an answer', () => {
  it('has the log of its pod, with nothing that drives a terminal', async () => {
    expect(await run(MEMORY)).toMatchObject({ status: 'out_of_memory', log: 'begun\nlast \\x1b[2Jwords\n' });
    expect(await run(CRASH)).toMatchObject({ status: 'lost', message: 'ended with code 3: last words', log: 'begun\nlast \\x1b[2Jwords\n' });
  });

  it('has no more of it than of a log of its own', async () => {
    const { log } = await run({ ...MEMORY, log: 'x'.repeat(100_000) }, { limits: { logBytes: 1_000 } });

    expect(log).toBe(`${'x'.repeat(500)}\n[… 99000 bytes are left out …]\n${'x'.repeat(500)}`);
  });

  it.each<[string, Partial<Job>]>([
    ['graded, which no candidate may read', { zone: 'grade' }],
    ['is of our own code, whose pods serve many jobs', { trust: 'ours' }],
  ])('has none of one that %s', async (_, rest) => {
    expect(await run(MEMORY, rest)).toMatchObject({ status: 'out_of_memory', message: 'used more than 64Mi', log: '' });
    expect(JSON.stringify(await run(CRASH, rest))).not.toContain('words');
  });
});
