import type { V1ContainerState, V1Job, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { ENDS, type EndCode } from './ends.ts';
import { judge, type Judgement, type Sight } from './judge.ts';
import { PodSettings } from './settings.ts';
import { exampleSettings } from '../testing/example-settings.ts';

const graces = PodSettings.parse(exampleSettings()).graceSeconds;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW - seconds * 1000);

const job = (changes: Partial<V1Job> = {}): V1Job => ({
  metadata: { creationTimestamp: ago(10) },
  spec: { template: {} },
  status: { startTime: ago(10) },
  ...changes,
});
const failed = (reason: string, type = 'Failed'): V1Job =>
  job({ status: { startTime: ago(10), conditions: [{ type, status: 'True', reason, message: 'of the test' }] } });
const pod = (status: V1PodStatus, metadata: V1Pod['metadata'] = {}): V1Pod => ({
  metadata: { creationTimestamp: ago(9), ...metadata },
  spec: { activeDeadlineSeconds: 900, nodeName: 'node-1', containers: [{ name: 'sandbox', resources: { limits: { memory: '64Mi' } } }] },
  status: { startTime: ago(9), ...status },
});
const container = (phase: string, state: V1ContainerState, more: V1PodStatus = {}): V1Pod =>
  pod({ phase, podIP: '10.0.0.7', containerStatuses: [{ name: 'sandbox', image: '', imageID: '', ready: false, restartCount: 0, state }], ...more });
const exited = (exitCode: number, reason = 'Error', more: V1PodStatus = {}): V1Pod =>
  container(exitCode === 0 ? 'Succeeded' : 'Failed', { terminated: { exitCode, reason } }, more);
const condition = (type: string, status: string, reason: string, seconds = 5) => ({
  type,
  status,
  reason,
  message: 'of the test',
  lastTransitionTime: ago(seconds),
});
const waiting = (reason: string, seconds = 9): V1Pod => container('Pending', { waiting: { reason, message: 'of the test' } }, { startTime: ago(seconds) });
const unschedulable = (seconds: number): V1Pod => pod({ phase: 'Pending', conditions: [condition('PodScheduled', 'False', 'Unschedulable', seconds)] });

const sight = (changes: Partial<Sight>): Sight => ({ job: job(), pod: undefined, podGone: false, ran: false, ...changes });
const at = (changes: Partial<Sight>): Judgement => judge(sight(changes), NOW, graces);

describe('how a Job stands', () => {
  const rows: readonly [string, EndCode, Partial<Sight>][] = [
    ['preempted', 'pod_disrupted', { pod: exited(143, 'Error', { conditions: [condition('DisruptionTarget', 'True', 'PreemptionByScheduler')] }) }],
    [
      'disrupted and gone',
      'pod_disrupted',
      { podGone: true, pod: pod({ phase: 'Running', conditions: [condition('DisruptionTarget', 'True', 'EvictionByEvictionAPI')] }) },
    ],
    [
      'killed for memory while it is preempted',
      'pod_disrupted',
      { pod: exited(137, 'OOMKilled', { conditions: [condition('DisruptionTarget', 'True', 'PreemptionByScheduler')] }) },
    ],
    [
      'evicted from a node that is full',
      'ended_by_node',
      { pod: exited(137, 'Error', { reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' }) },
    ],
    [
      'on a node that shuts down',
      'ended_by_node',
      { pod: exited(143, 'Error', { reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.' }) },
    ],
    ['not let in by its node', 'ended_by_node', { pod: pod({ phase: 'Failed', reason: 'UnexpectedAdmissionError' }) }],
    ['too large for its node', 'ended_by_node', { pod: pod({ phase: 'Failed', reason: 'OutOfcpu' }) }],
    ['deleted by somebody', 'pod_deleted', { pod: { ...exited(137), metadata: { deletionTimestamp: ago(1) } } }],
    ['deleted by somebody, and well ended', 'pod_deleted', { pod: { ...exited(0), metadata: { deletionTimestamp: ago(1) } } }],
    ['gone', 'pod_vanished', { podGone: true, pod: container('Running', { running: {} }), ran: true }],
    ['gone before anybody saw it', 'pod_vanished', { job: failed('BackoffLimitExceeded') }],
    ['without its Job', 'job_vanished', { job: undefined, pod: container('Running', { running: {} }) }],
    ['suspended at work', 'job_suspended', { job: job({ spec: { template: {}, suspend: true } }), ran: true }],
    ['stuck on a node that says nothing', 'node_lost', { pod: { ...container('Running', { running: {} }), metadata: { deletionTimestamp: ago(301) } } }],
    [
      'of unknown state for long',
      'node_lost',
      { pod: container('Unknown', { running: {} }, { conditions: [condition('Ready', 'Unknown', 'NodeStatusUnknown', 301)] }) },
    ],
    [
      'with a failed init container',
      'preparation_failed',
      {
        pod: pod({
          phase: 'Failed',
          initContainerStatuses: [{ name: 'prep', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated: { exitCode: 1 } } }],
        }),
      },
    ],
    ['with a name of no image', 'image_unavailable', { pod: waiting('InvalidImageName', 0) }],
    ['with an image that does not come', 'image_unavailable', { pod: waiting('ImagePullBackOff', 301) }],
    ['that cannot be configured', 'container_not_started', { pod: waiting('CreateContainerConfigError', 301) }],
    ['whose command is not there', 'container_not_started', { pod: exited(128, 'StartError') }],
    ['that no node fits', 'unschedulable', { pod: unschedulable(1801) }],
    ['that never came to run before the end of its Job', 'unschedulable', { job: failed('DeadlineExceeded'), pod: unschedulable(60) }],
    ['killed for its memory', 'out_of_memory', { pod: exited(137, 'OOMKilled') }],
    [
      'evicted for its own volume',
      'disk_full',
      { pod: exited(137, 'Error', { reason: 'Evicted', message: 'Usage of EmptyDir volume "output" exceeds the limit "8Mi". ' }) },
    ],
    [
      'evicted for the inputs that it was given',
      'input_full',
      { pod: exited(137, 'Error', { reason: 'Evicted', message: 'Usage of EmptyDir volume "input" exceeds the limit "4Gi". ' }) },
    ],
    [
      'evicted for its own disk',
      'disk_full',
      { pod: exited(137, 'Error', { reason: 'Evicted', message: 'Pod ephemeral local storage usage exceeds the total limit of containers 96Mi. ' }) },
    ],
    ['ended by kubelet at its deadline', 'deadline_exceeded', { pod: exited(137, 'Error', { reason: 'DeadlineExceeded' }) }],
    [
      'ended by its Job at the deadline',
      'deadline_exceeded',
      { job: failed('DeadlineExceeded', 'FailureTarget'), ran: true, pod: { ...exited(137), metadata: { deletionTimestamp: ago(1) } } },
    ],
    ['at its deadline before its container ran', 'container_not_started', { pod: pod({ phase: 'Failed', reason: 'DeadlineExceeded' }) }],
    ['that exited with 3', 'exited_nonzero', { pod: exited(3) }],
    ['that exited with 0', 'exited', { pod: exited(0, 'Completed') }],
    ['that failed although its container ended well', 'pod_failed', { pod: container('Failed', { terminated: { exitCode: 0, reason: 'Completed' } }) }],
    ['that ended without a word of its container', 'pod_failed', { pod: pod({ phase: 'Succeeded' }) }],
    ['refused by a policy', 'pod_refused', { job: job({ status: { startTime: ago(31) } }), refusal: 'pods "x" is forbidden: violates PodSecurity' }],
    [
      'for which its queue had no room',
      'quota_exceeded',
      { job: job({ metadata: { creationTimestamp: ago(86_401) }, spec: { template: {}, suspend: true } }) },
    ],
    ['held back by a quota', 'quota_exceeded', { job: job({ status: { startTime: ago(1801) } }), refusal: 'pods "x" is forbidden: exceeded quota: q' }],
  ];

  it.each(rows)('of a pod %s: %s', (_, code, changes) => {
    expect(at(changes)).toMatchObject({ state: 'ended', code });
  });

  it('is told for every end that the table knows', () => {
    expect([...new Set(rows.map(([, code]) => code))].sort()).toEqual(Object.keys(ENDS).sort());
  });

  it.each<[string, Partial<Sight>]>([
    ['a pod that was just made', { pod: pod({ phase: 'Pending' }) }],
    ['an image that is late', { pod: waiting('ErrImagePull') }],
    ['a node that is full', { pod: unschedulable(60) }],
    ['a Job in its queue', { job: job({ spec: { template: {}, suspend: true } }) }],
    ['a Job that has no pod yet', {}],
    ['a quota', { refusal: 'exceeded quota: q' }],
    ['a policy that may pass', { refusal: 'failed calling webhook' }],
    ['a node that is late to end a pod', { pod: { ...container('Running', { running: {} }), metadata: { deletionTimestamp: ago(20) } } }],
    [
      'a disrupted pod that still works off its grace',
      { pod: container('Running', { running: {} }, { conditions: [condition('DisruptionTarget', 'True', 'EvictionByEvictionAPI')] }), podGone: false },
    ],
  ])('is not the end for %s', (_, changes) => {
    expect(at(changes).state).not.toBe('ended');
  });

  it('is running when the container is, at the address of the pod', () => {
    expect(at({ pod: container('Running', { running: {} }) })).toEqual({ state: 'running', host: '10.0.0.7' });
    expect(at({ pod: container('Running', { running: {} }, { podIP: '' }) }).state).toBe('waiting');
  });

  it('says when time alone will change it', () => {
    expect(at({ pod: unschedulable(60) })).toMatchObject({ againInMs: (1800 - 60) * 1000 });
    expect(at({ pod: waiting('ErrImagePull', 100) })).toMatchObject({ againInMs: 200_000 });
  });

  it('tells how long there is no pod', () => {
    expect(at({ job: job({ status: { startTime: ago(1) } }) })).toMatchObject({ noPodForMs: 1_000 });
    expect(at({ job: job({ status: { startTime: ago(6) } }), refusal: 'exceeded quota: q' })).toMatchObject({ noPodForMs: 6_000 });
  });

  it('understands times as text, which watches give', () => {
    const late = JSON.parse(JSON.stringify(unschedulable(1801))) as V1Pod;

    expect(at({ pod: late })).toMatchObject({ state: 'ended', code: 'unschedulable' });
  });

  it('tells reasons in one line that cannot drive a terminal', () => {
    const hostile = exited(1);
    (hostile.status?.containerStatuses?.[0]?.state?.terminated as { message?: string }).message = 'line\nforged\u001b[2J \u202eend';

    expect(at({ pod: hostile })).toMatchObject({ reason: 'ended with code 1: forged [2J end' });
  });
});
