import { newSubject } from '@mle-smith/stage-runtime';
import { RunProgress } from './run-progress.ts';
import type { ProgressLine } from './progress.ts';

describe('the progress of a run', () => {
  it('says which stage sends a task back, to whom and why', () => {
    const lines: ProgressLine[] = [];
    const progress = new RunProgress({ report: (line) => lines.push(line), status: () => undefined, close: () => undefined });
    const record = newSubject({ id: 'plots--yield', kind: 'task', datasetId: 'plots', state: 'task.refactored' }, 1);

    progress.notice({ record, stage: 'assert-package', phase: 'finished', outcome: 'returned', to: 'task.proposed', message: 'S08: rows of a plot' });

    expect(lines).toEqual([{ subject: 'plots--yield', text: 'assert-package sends it back to design: S08: rows of a plot' }]);
  });
});
