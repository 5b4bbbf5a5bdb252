import type { Isolation } from '@mle-smith/contracts';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { DEFAULT_LIMITS, type Job, type JobResult } from '../job-runner.ts';
import { answerOfKilled } from './answer.ts';
import { jobResult } from './job-result.ts';

const ISOLATION: Isolation = { kind: 'none', gaps: [] };
const CALL = { call: 'a:b', argument: null };

function resultOf(said: string, trust: Job['trust'] = 'ours'): Promise<JobResult> {
  const answer = { ...answerOfKilled(100), outOfMemory: false, exitCode: 0, signal: null, result: Buffer.from(said) };
  return jobResult(answer, { run: CALL, trust }, DEFAULT_LIMITS, ISOLATION, new InMemoryArtifactStore());
}

describe('the result of a job', () => {
  it('has nothing in its message that drives a terminal', async () => {
    const answer = { ...answerOfKilled(100), outOfMemory: false, status: 'rejected' as const, message: 'x\u001b[2J\n[ok] scored \u202e' };

    expect((await jobResult(answer, { run: CALL, trust: 'ours' }, DEFAULT_LIMITS, ISOLATION, new InMemoryArtifactStore())).message).toBe(
      'x\\x1b[2J [ok] scored \\u202e',
    );
  });
});

describe('the parts of a job', () => {
  it('are told behind what a call of ours gave, and are no part of it', async () => {
    expect(await resultOf('{"a":1}\n[["read",0,5],["fit",5,40.5]]')).toMatchObject({
      value: { a: 1 },
      phases: [
        { phase: 'read', fromMs: 0, toMs: 5 },
        { phase: 'fit', fromMs: 5, toMs: 40.5 },
      ],
    });
    expect((await resultOf('{"a":1}')).phases).toBeUndefined();
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['of another shape', '{"read":1}'],
    ['endless', JSON.stringify(Array.from({ length: 5_000 }, () => ['read', 0, 1]))],
    ['texts in place of times', '[["read","0","1"]]'],
    ['of negative times', '[["read",-5,1]]'],
    ['backwards', '[["read",5,1]]'],
    ['of no name that is known', '[["\\u001b[2J",0,1]]'],
  ])('make none where what is told is %s', async (_, line) => {
    const result = await resultOf(`7\n${line}`);

    expect(result).toMatchObject({ status: 'succeeded', value: 7 });
    expect(result.phases).toBeUndefined();
  });

  it('are never believed of a program of others: what it says behind a result spoils the result', async () => {
    expect(await resultOf('7\n[["read",0,5]]', 'untrusted')).toMatchObject({ status: 'output_rejected', message: 'the result is not JSON' });
  });
});
