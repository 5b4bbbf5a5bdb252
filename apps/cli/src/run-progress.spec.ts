import { newSubject } from '@mle-smith/stage-runtime';
import { RunProgress } from './run-progress.ts';
import type { ProgressLine } from './progress.ts';

describe('the progress of a run', () => {
  it.each<[string, number, readonly ('dataset' | 'task')[], string]>([
    ['of new datasets', 2, [], '2 datasets'],
    ['that only goes on', 0, ['task', 'dataset', 'task'], 'going on with 1 dataset and 2 tasks'],
    ['that goes on with more', 1, ['task'], '1 dataset, going on with 1 task'],
    ['that is over', 0, [], 'nothing is unfinished'],
  ])('begins with what there is to do: %s', (_, named, open, says) => {
    const lines: string[] = [];
    const progress = new RunProgress({ report: ({ text }) => lines.push(text), status: () => undefined, close: () => undefined });

    progress.begin(
      named,
      open.map((kind) => ({ kind })),
      '2 workers',
      '/out',
    );

    expect(lines).toEqual([`${says}, 2 workers, into /out`]);
  });

  it('says which stage sends a task back, to whom and why', () => {
    const lines: ProgressLine[] = [];
    const progress = new RunProgress({ report: (line) => lines.push(line), status: () => undefined, close: () => undefined });
    const record = newSubject({ id: 'plots--yield', kind: 'task', datasetId: 'plots', state: 'task.refactored' }, 1);

    progress.notice({ record, stage: 'assert-package', phase: 'finished', outcome: 'returned', to: 'task.proposed', message: 'S08: rows of a plot' });

    expect(lines).toEqual([{ subject: 'plots--yield', text: 'assert-package sends it back to design: S08: rows of a plot' }]);
  });

  it('counts what is tried again no longer among what has ended', () => {
    const told: string[] = [];
    const progress = new RunProgress({ report: ({ text }) => told.push(text), status: (text) => told.push(text), close: () => undefined });

    progress.step('cars--mpg', { stage: 'review', outcome: 'ended', from: 'task.asserted', to: 'task.abandoned', message: 'stuck: no progress' });
    progress.step('cars--mpg', { stage: 'review', outcome: 'reopened', from: 'task.abandoned', to: 'task.asserted', message: 'another try after stuck' });

    expect(told).toEqual([
      'abandoned: stuck: no progress',
      '0 verified, 1 abandoned, 0 refused',
      'review is tried again: another try after stuck',
      '0 verified, 0 abandoned, 0 refused',
    ]);
  });

  it('tells a reason once while nothing else goes wrong, with the round and the wait', () => {
    const lines: string[] = [];
    const progress = new RunProgress({ report: ({ text }) => lines.push(text), status: () => undefined, close: () => undefined }, 50);
    const record = newSubject({ id: 'plots--yield', kind: 'task', datasetId: 'plots', state: 'task.proposed' }, 1);
    const retry = (code: string, retries: number): void =>
      progress.notice({
        record,
        stage: 'design',
        phase: 'finished',
        outcome: 'retry',
        to: 'task.proposed',
        code,
        message: `${code}: down`,
        retries,
        waitMs: 12_300,
      });

    retry('model_transport', 3);
    retry('model_transport', 4);
    retry('model_quota', 5);

    expect(lines).toEqual([
      'design is tried again: model_transport: down (round 3 of 50, again in 13 s)',
      'design is tried again: round 4 of 50, again in 13 s',
      'design waits: model_quota: down',
    ]);
  });
});
