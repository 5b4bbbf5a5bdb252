import { PassThrough } from 'node:stream';
import { DEFAULT_LIMITS } from '@mle-smith/environment';
import { FrameReader, type Answer } from '@mle-smith/environment/sandbox';
import { receiveAnswer } from './receive-answer.ts';

const LIMITS = { ...DEFAULT_LIMITS, diskMb: 1, logBytes: 100 };
const WANTED = ['submission.csv', 'more'];
const MIB = 1024 * 1024;
const GOOD = {
  id: 'job',
  status: 'ended',
  message: '',
  exitCode: 0,
  signal: null,
  durationMs: 5,
  peakMemoryMb: 12.5,
  outOfMemory: false,
  logBytes: 2,
  resultBytes: 3,
  outputs: [{ path: 'submission.csv', bytes: 4 }],
};

/** What is made of an answer whose header is followed by these bytes, and then by the end of the connection. */
function received(header: unknown, bytes = 'lorestabcd'): Promise<Answer | undefined> {
  const stream = new PassThrough();
  stream.end(`${typeof header === 'string' ? header : JSON.stringify(header)}\n${bytes}`);
  return receiveAnswer(new FrameReader(stream), 'job', LIMITS, WANTED);
}

describe('the answer of a pod', () => {
  it('is taken as it is announced', async () => {
    const answer = await received(GOOD);

    expect(answer).toMatchObject({ status: 'ended', exitCode: 0, durationMs: 5 });
    expect([answer?.log, answer?.result, answer?.outputs[0]?.bytes].map(String)).toEqual(['lo', 'res', 'tabc']);
  });

  it('is none where the connection ends before it is whole', async () => {
    for (const length of [0, 1, 4, 8]) expect(await received(GOOD, 'lorestabc'.slice(0, length))).toBeUndefined();
  });

  it('may be as large as the limits of its job, and hold what is below the folders that were asked for', async () => {
    const full = {
      ...GOOD,
      logBytes: 200,
      outputs: [
        { path: 'more/deep/file 1.txt', bytes: MIB - 1 },
        { path: 'submission.csv', bytes: 1 },
      ],
    };

    expect(await received(full, 'x'.repeat(203 + MIB))).toMatchObject({ outputs: [{ path: 'more/deep/file 1.txt' }, { path: 'submission.csv' }] });
  });

  const file = (path: string, bytes = 4): object => ({ ...GOOD, outputs: [{ path, bytes }] });

  it.each<readonly [string, unknown]>([
    ['no JSON', 'hello'],
    ['no object', '3'],
    ['that of another job', { ...GOOD, id: 'other' }],
    ['of a status that no server has', { ...GOOD, status: 'fine' }],
    ['with an endless message', { ...GOOD, message: 'x'.repeat(10_001) }],
    ['with an exit code that there is not', { ...GOOD, exitCode: 256 }],
    ['with a signal that there is not', { ...GOOD, signal: 65 }],
    ['of negative length', { ...GOOD, durationMs: -1 }],
    ['of a job that lasted longer than any pod', { ...GOOD, durationMs: DEFAULT_LIMITS.wallMs + 600_001 }],
    ['of more memory than there is', { ...GOOD, peakMemoryMb: 1e300 }],
    ['of no memory that there can be', { ...GOOD, peakMemoryMb: -1 }],
    ['with a log of half a byte', { ...GOOD, logBytes: 0.5 }],
    ['with a log of negative size', { ...GOOD, logBytes: -1 }],
    ['with a log above the limit', { ...GOOD, logBytes: 201 }],
    ['with a result above the limit', { ...GOOD, resultBytes: 65 * MIB + 1 }],
    ['with an output of negative size', file('submission.csv', -1)],
    ['with outputs that are too large together', { ...GOOD, outputs: [fileOf('submission.csv', MIB), fileOf('more/x', 1)] }],
    ['with too many outputs', { ...GOOD, outputs: Array.from({ length: 60_001 }, (_, index) => fileOf(`more/${index}`, 0)) }],
    ['with one file twice', { ...GOOD, outputs: [fileOf('more/x', 1), fileOf('more/x', 1)] }],
    ['with a file that nobody asked for', file('other.csv')],
    ['with a file whose name only begins like one', file('submission.csv2')],
    ['with a path out of its folder', file('more/../x')],
    ['with an absolute path', file('/more/x')],
    ['with a hidden file', file('more/.x')],
    ['with a name of control characters', file('more/a\nb')],
    ['with a path without an end', file(`more/${'a/'.repeat(2_050)}b`)],
  ])('is refused where it is %s', async (_, header) => {
    await expect(received(header)).rejects.toMatchObject({ code: 'pod_answer_refused' });
  });

  it('is refused where its first line does not end', async () => {
    await expect(received('x'.repeat(33 * MIB))).rejects.toMatchObject({ code: 'pod_answer_refused' });
  });
});

function fileOf(path: string, bytes: number): object {
  return { path, bytes };
}
