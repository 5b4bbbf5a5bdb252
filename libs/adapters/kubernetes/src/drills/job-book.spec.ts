import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { JobBook } from './job-book.ts';

const job = (uid: string, name = 'mls-one'): V1Job => ({
  metadata: {
    uid,
    name,
    namespace: 'solve',
    labels: { 'mle-smith.io/instance': 'mls', 'mle-smith.io/zone': 'solve', 'mle-smith.io/trust': 'untrusted' },
    annotations: { 'mle-smith.io/key': 'one-1' },
  },
});
const pod = (jobUid: string, running: boolean): V1Pod => ({
  metadata: { name: 'mls-one-x', labels: { 'batch.kubernetes.io/controller-uid': jobUid } },
  status: { podIP: '10.0.0.1', containerStatuses: [{ name: 'sandbox', state: running ? { running: {} } : { waiting: {} } }] as never },
});

describe('the book of Jobs', () => {
  it('knows each Job that there ever was, and two of one name apart', () => {
    let now = 0;
    const book = new JobBook(() => (now += 1));

    for (const [type, uid] of [
      ['ADDED', 'a'],
      ['MODIFIED', 'a'],
      ['DELETED', 'a'],
      ['ADDED', 'b'],
    ] as const)
      book.hearJob(type, job(uid));

    expect(book.jobs.map(({ name, uid, createdAt, goneAt }) => ({ name, uid, createdAt, goneAt }))).toEqual([
      { name: 'mls-one', uid: 'a', createdAt: 1, goneAt: 2 },
      { name: 'mls-one', uid: 'b', createdAt: 3, goneAt: undefined },
    ]);
    expect(book.there.map(({ uid }) => uid)).toEqual(['b']);
    expect(book.jobs[0]).toMatchObject({ namespace: 'solve', installation: 'mls', key: 'one-1', zone: 'solve', trust: 'untrusted' });
  });

  it('knows the address of a pod while its container runs', () => {
    const book = new JobBook();
    book.hearJob('ADDED', job('a'));
    const told = (): unknown => [book.jobs[0]?.pod, book.jobs[0]?.host];

    book.hearPod('ADDED', pod('another', true));
    expect(told()).toEqual([undefined, undefined]);
    book.hearPod('ADDED', pod('a', false));
    expect(told()).toEqual(['mls-one-x', undefined]);
    book.hearPod('MODIFIED', pod('a', true));
    expect(told()).toEqual(['mls-one-x', '10.0.0.1']);
    book.hearPod('DELETED', pod('a', true));
    expect(told()).toEqual(['mls-one-x', undefined]);
  });
});
