import type { V1Job } from '@kubernetes/client-node';
import { orphanReason } from './orphans.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW - seconds * 1000);
const running = (seconds: number): V1Job => ({ spec: { template: {}, activeDeadlineSeconds: 3600 }, status: { startTime: ago(seconds) } });
const queued = (seconds: number): V1Job => ({
  metadata: { creationTimestamp: ago(seconds) },
  spec: { template: {}, activeDeadlineSeconds: 3600, suspend: true },
});
const ended = (seconds: number, type = 'Complete'): V1Job => ({
  spec: { template: {}, activeDeadlineSeconds: 3600 },
  status: { startTime: ago(9000), conditions: [{ type, status: 'True', lastTransitionTime: ago(seconds) }] },
});

describe('a Job that this process does not hold', () => {
  it.each<[string, V1Job, RegExp | undefined]>([
    ['at work', running(3500), undefined],
    ['past its deadline by less than the grace', running(4100), undefined],
    ['past its deadline and the grace', running(4300), /past its deadline/],
    ['in a queue for hours', queued(80_000), undefined],
    ['in a queue for as long as anybody waits, and less than the grace', queued(86_900), undefined],
    ['in a queue for longer than anybody waits', queued(87_100), /in its queue/],
    ['that has just ended', ended(60), undefined],
    ['that ended well long ago', ended(700), /ended 700 s ago/],
    ['that failed long ago', ended(700, 'Failed'), /ended 700 s ago/],
    ['of which nothing is known', {}, undefined],
  ])('%s', (_, job, reason) => {
    const said = orphanReason(job, NOW, { orphan: 600, queue: 86_400 });

    if (reason === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(reason);
  });
});
