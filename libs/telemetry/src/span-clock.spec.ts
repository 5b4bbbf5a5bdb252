import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { withAttempt, withSpan } from './attempt-span.ts';
import { recordSpans, type RecordedSpans } from './testing/index.ts';

const usual = Date.now;
const ATTEMPT = { stage: 'design', kind: 'task', id: 'task-1', datasetId: 'dataset-1', generation: 1, attempt: 1 } as const;

describe('the times of spans', () => {
  let recorded: RecordedSpans;
  beforeEach(() => void (recorded = recordSpans()));
  afterEach(async () => {
    Date.now = usual;
    await recorded.close();
  });
  const timesOf = (name: string): { from: number; to: number } => {
    const span = recorded.spans().find((one) => one.name.startsWith(name));
    return { from: hrTimeToMilliseconds(span?.startTime ?? [0, 0]), to: hrTimeToMilliseconds(span?.endTime ?? [0, 0]) };
  };

  it('lie within those of the attempt, though the process was interrupted as that began', async () => {
    Date.now = () => {
      const now = usual();
      while (usual() < now + 20);
      return now;
    };

    await withAttempt(ATTEMPT, {}, async () => {
      Date.now = usual;
      await withSpan('transition', { 'mlesmith.to': 'task.designed' }, async () => undefined);
    });

    const [attempt, step] = [timesOf('design'), timesOf('transition')];
    expect(step.from).toBeGreaterThanOrEqual(attempt.from);
    expect(step.to).toBeLessThanOrEqual(attempt.to);
  });

  it('follow the clock of the machine where that is set', async () => {
    Date.now = () => usual() + 3_600_000;

    await withSpan('transition', { 'mlesmith.to': 'task.designed' }, async () => undefined);

    const { from, to } = timesOf('transition');
    expect(Math.abs(from - Date.now())).toBeLessThan(60_000);
    expect(to - from).toBeLessThan(60_000);
  });
});
