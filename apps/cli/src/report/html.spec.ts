import { reportPage } from './html.ts';
import type { TaskDetail } from './report-data.ts';

const FUNNEL = { datasets: 1, refused: 0, proposed: 0, designed: 0, designAsserted: 0, refactored: 0, asserted: 0, reviewed: 0, verified: 0, abandoned: 0 };
const EMPTY = { datasets: [], tasks: [], funnel: FUNNEL, distinct: 0, seconds: 0, version: '1', refusals: [], details: [], turnedDown: [] };

const TASK: TaskDetail = {
  id: 'pears',
  dataset: 'pears',
  state: 'verified',
  title: 'Pears',
  question: 'How heavy?',
  modality: 'tabular',
  objective: 'regression',
  target: 'weight',
  metric: 'rmse',
  split: 'random split',
  generations: 1,
  seconds: 1,
  stages: [],
  excluded: [],
  skills: [],
  rules: [],
  findings: [],
  engines: {},
};

describe('the report page', () => {
  it('says "None." once for a section that has nothing, and counts in the singular where there is one', () => {
    const page = reportPage({ ...EMPTY, spread: { modality: {}, objective: {}, difficulty: {}, skill: {} } });

    expect(page).toContain('0 verified tasks from 1 dataset,');
    expect(page).not.toMatch(/None\.<\/p><p>None\./);
  });

  it('tells what is set aside, with what of it cannot be read, and nothing of it where all can be', () => {
    const spread = { modality: {}, objective: {}, difficulty: {}, skill: {} };
    const aside = { id: 'cars--mpg', dataset: 'cars', document: 'design', file: '/runs/<one>', message: 'a file of it is gone' };

    expect(reportPage({ ...EMPTY, spread, unreadable: [aside] })).toContain(
      '<td>cars--mpg</td><td>design</td><td>/runs/&lt;one&gt;</td><td>a file of it is gone</td>',
    );
    expect(reportPage({ ...EMPTY, spread })).not.toContain('Set aside');
  });

  it('counts what the one task covers', () => {
    const page = reportPage({ ...EMPTY, distinct: 1, spread: { modality: { tabular: 1 }, objective: { binary: 1 }, difficulty: {}, skill: {} } });

    expect(page).toContain('What the 1 distinct task covers');
    expect(page).toContain('<td>tabular</td><td>1</td>');
  });

  it('puts the solver beside the ladder, with its mistakes by kind and action', () => {
    const rung = {
      name: 'boosting',
      kind: 'strong',
      score: 0.8,
      standardError: 0.01,
      cvScore: 0.8,
      seedSpread: 0,
      scaleFree: { name: 'r2', value: 0.8 },
    } as const;
    const agent: TaskDetail['agent'] = {
      name: 'solver',
      model: 'large',
      prompt: 'sha256:0',
      ended: 'toolCalls',
      best: { score: 0.75, step: 3 },
      final: null,
      reached: ['trivial'],
      actions: 4,
      mistakes: [
        { step: 1, kind: 'exception <b>' },
        { step: 2, kind: 'memory limit' },
        { step: 4, kind: 'exception <b>' },
      ],
      transcript: 'sha256:1',
    };
    const ladder = {
      metric: 'rmse',
      direction: 'minimize',
      rungs: [rung],
      unit: 'row',
      units: 90,
      gain: 1,
      gainStandardError: 0.1,
      ladder_difficulty: 'mid',
    } as const;
    const task = { ...TASK, ladder: ladder as unknown as NonNullable<TaskDetail['ladder']>, agent };

    const page = reportPage({ ...EMPTY, details: [task], spread: { modality: {}, objective: {}, difficulty: {}, skill: {} } });

    expect(page).toMatch(/solver <tspan class="kind">agent<\/tspan><\/text><rect [^>]*fill="#c77d2e"/);
    expect(page).toContain('best score 0.75 at action 3, as good as trivial; 4 actions');
    expect(page).toContain('<td>exception &lt;b&gt;</td><td>2</td><td>1, 4</td>');
    expect(page).toContain('<td>memory limit</td><td>1</td><td>2</td>');
  });

  it('says nothing of a solver where none worked', () => {
    expect(reportPage({ ...EMPTY, details: [TASK], spread: { modality: {}, objective: {}, difficulty: {}, skill: {} } })).not.toContain('solver');
  });

  it('says who thought, about each task and in all, and what models took', () => {
    const spent = { calls: 5, inputTokens: 17_341, outputTokens: 1_305, usd: 0.0564, unpriced: 0 };
    const models = { all: spent, now: spent, byAgent: { designer: spent }, byModel: { 'large<1>': spent } };
    const details = [{ ...TASK, engines: { design: 'llm', review: 'rules' }, spent }];
    const spread = { modality: {}, objective: {}, difficulty: {}, skill: {} };

    const page = reportPage({ ...EMPTY, details, models, spread });

    expect(page).toContain('<p class="facts">large&lt;1&gt;: 5 model calls, 17,341 tokens in and 1,305 out, $0.0564</p>');
    expect(page).toContain('<tr><td>designer</td><td>5</td><td>17,341</td><td>1,305</td><td>0.0564</td></tr>');
    expect(page).toContain('<p class="facts">design by models · review by rules · 5 model calls, 17,341 tokens in and 1,305 out, $0.0564</p>');
    expect(reportPage({ ...EMPTY, spread })).toContain('thought by rules; no model was asked');
  });

  it('does not call a task abandoned that waits for the next run', () => {
    const spread = { modality: {}, objective: {}, difficulty: {}, skill: {} };

    const page = reportPage({ ...EMPTY, details: [{ ...TASK, state: 'open' }], spread });

    expect(page).toMatch(/<h2>Unfinished tasks<\/h2><article id="pears">/);
    expect(page).toContain('<h2>Abandoned tasks</h2><p>None.</p>');
    expect(reportPage({ ...EMPTY, spread })).not.toContain('Unfinished');
  });
});
