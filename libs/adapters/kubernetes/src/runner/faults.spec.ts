import { isInfrastructureFault } from '@mle-smith/stage-runtime';
import { ClusterRefusedError, ClusterUnreachableError, JobNameConflictError } from '../cluster/cluster-errors.ts';
import type { PodEnd } from '../cluster/pod-jobs.ts';
import { PodFaultError } from './kubernetes-job-runner.ts';
import { PodConnectionError, PodStrangerError, PodTakenError } from './pod-channel.ts';
import { InputsRefusedError } from './pod-sandbox.ts';
import { BadAnswerError } from './receive-answer.ts';

const END: PodEnd = { failure: 'infra', code: 'node_lost', charge: 'infra', reason: 'gone', logsLost: true };

describe('a fault that a runner of pods throws', () => {
  it.each([
    new PodFaultError('job', END),
    new PodFaultError('job', { ...END, charge: 'terminal' }),
    new PodConnectionError('job', 'lost'),
    new PodStrangerError('job', 'another server answers'),
    new PodTakenError('job'),
    new InputsRefusedError('job', 'comes twice'),
    new BadAnswerError('job', 'a file comes twice'),
    new JobNameConflictError('solve', 'job', 'another order'),
    new ClusterRefusedError('create', 'server', 403, 'no'),
    new ClusterUnreachableError('create', 'server', 'closed'),
  ])('is nothing that a task pays for: $code', (error) => {
    expect(isInfrastructureFault(error)).toBe(true);
  });
});
