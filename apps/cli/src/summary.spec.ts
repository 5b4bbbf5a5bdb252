import type { RunReport } from '@mle-smith/contracts';
import { summaryText } from './summary.ts';

const FOLDERS = { tasks: 'out/tasks', report: 'out/report' };
const FUNNEL = { datasets: 1, refused: 0, proposed: 1, designed: 1, designAsserted: 1, refactored: 1, asserted: 1, reviewed: 1, verified: 1, abandoned: 0 };
const TASK = { id: 'cars--mpg', dataset: 'cars', state: 'verified' as const, generations: 1, seconds: 1 };

function report(changes: Partial<RunReport> = {}): RunReport {
  return {
    datasets: [{ id: 'cars', state: 'done', tasks: ['cars--mpg'] }],
    tasks: [TASK],
    funnel: FUNNEL,
    distinct: 1,
    seconds: 2,
    version: '1',
    ...changes,
  };
}

describe('the end of a run for a person', () => {
  it('names starter tasks and says once what they are', () => {
    const tasks = [
      { ...TASK, difficulty: 'starter' as const },
      { ...TASK, id: 'cars--price', difficulty: 'starter' as const, twin: { of: 'cars--mpg', kind: 'same' as const, similarity: 1 } },
    ];

    const text = summaryText(report({ tasks }), FOLDERS);

    expect(text).toMatch(/verified +cars--mpg +starter\n/);
    expect(text).toMatch(/verified +cars--price +starter, repeats cars--mpg\n/);
    expect(text.match(/starter: the strong baseline is not clearly better/g)).toHaveLength(1);
    expect(summaryText(report({ tasks: [{ ...TASK, difficulty: 'hard' }] }), FOLDERS)).not.toContain('starter');
  });

  it('names the folder of packages only where there are some', () => {
    expect(summaryText(report(), FOLDERS)).toContain('packages: out/tasks\n');
    expect(summaryText(report({ tasks: [], funnel: { ...FUNNEL, verified: 0 } }), FOLDERS)).toContain('packages: none\n');
  });

  it('says what to do about a dataset that was refused', () => {
    const refused = report({ tasks: [], datasets: [{ id: 'cars', state: 'refused', code: 'too_few_rows', tasks: [] }] });

    expect(summaryText(refused, FOLDERS)).toMatch(/refused +cars +too_few_rows\n/);
    expect(summaryText(refused, FOLDERS)).toContain(
      'too_few_rows: Fewer than 200 labelled rows cannot rank solutions. Mend its folder and run it with another --out.\n',
    );
    expect(summaryText(report(), FOLDERS)).not.toContain('another --out');
  });

  it('tells what models took, in all and now, by agent', () => {
    const all = { calls: 5, inputTokens: 17_341, outputTokens: 1_305, usd: 0.0564, unpriced: 0 };
    const now = { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0, unpriced: 0 };

    const text = summaryText(report({ models: { all, now, byAgent: { designer: all }, byModel: { large: all } } }), FOLDERS);

    expect(text).toContain(
      '\nlarge: 5 model calls, 17,341 tokens in and 1,305 out, $0.0564; of these now: no model calls, $0\n  designer       5 model calls, 17,341 tokens in and 1,305 out, $0.0564\n',
    );
  });

  it('says once of each end what it means, and blames no folder for what a model did', () => {
    const ended = (id: string, code: string) => ({ ...TASK, id, state: 'abandoned' as const, code });
    const tasks = [ended('a', 'agent_failed'), ended('b', 'agent_failed'), ended('c', 'trivial')];

    const text = summaryText(report({ tasks, datasets: [{ id: 'cars', state: 'refused', code: 'agent_failed', tasks: [] }] }), FOLDERS);

    expect(text).toContain(
      '\n\nagent_failed: An agent gave nothing that can be used; try another model, or the rules. `mle-smith retry` gives it another try.\n' +
        'trivial: A simple solution is all but perfect.\n\n',
    );
    expect(text).not.toContain('folder and run');
  });
});
