import { spentOn } from '@mle-smith/agent';
import { timelineText, type Shown } from './timeline.ts';

const SHOWN: Shown = {
  record: { id: 'cars--mpg', state: 'task.verified' },
  difficulty: 'standard',
  history: [],
  findings: [],
  seconds: 1.5,
  spent: spentOn([]),
};

describe('the timeline of a dataset or task', () => {
  it('says where it stands, and what a starter is', () => {
    expect(timelineText(SHOWN)).toBe('cars--mpg: verified\ncost: 1.50 s of processing, no model calls, $0\n');
    expect(timelineText({ ...SHOWN, difficulty: 'starter' })).toMatch(/^cars--mpg: verified \(starter\)\nstarter: the strong baseline is not/);
  });

  it('tells what each agent took, and where what they said is kept', () => {
    const spent = { calls: 5, inputTokens: 17_341, outputTokens: 1_305, usd: 0.0564, unpriced: 0 };
    const said = timelineText({ ...SHOWN, spent, byAgent: { designer: spent }, transcripts: { 'design-transcript': '/out/.state/artifacts/ab/abc' } });

    expect(said).toContain('design-transcript: /out/.state/artifacts/ab/abc\n');
    expect(said).toMatch(
      /cost: 1.50 s of processing, 5 model calls, 17,341 tokens in and 1,305 out, \$0.0564\n {2}designer +5 model calls, 17,341 tokens in and 1,305 out, \$0.0564\n$/,
    );
  });

  it('says why a dataset was refused, and what to do then', () => {
    const record = { id: 'cars', state: 'dataset.refused', code: 'too_few_rows', message: 'twenty rows' };

    expect(timelineText({ ...SHOWN, record, difficulty: undefined })).toMatch(
      /^cars: refused \(too_few_rows\): twenty rows\ntoo_few_rows: Fewer than .*\. Mend its folder/,
    );
  });

  it('says how far the solver came, and by which mistakes', () => {
    const agent: Shown['agent'] = {
      name: 'solver',
      model: 'large',
      prompt: 'sha256:0',
      ended: 'answered',
      best: { score: 2.2, step: 3 },
      final: null,
      reached: ['trivial', 'simple'],
      actions: 4,
      mistakes: [
        { step: 1, kind: 'syntax error' },
        { step: 2, kind: 'syntax error' },
      ],
      transcript: 'sha256:1',
    };

    expect(timelineText({ ...SHOWN, agent })).toContain(
      'solver: best score 2.2 at action 3, as good as trivial, simple; 4 actions, mistakes: 2 × syntax error, ended: answered\n',
    );
    expect(timelineText({ ...SHOWN, agent: { ...agent, ended: 'toolCalls' } })).toContain('ended: toolCalls (it had no actions left)\n');
  });

  it('gives each finding with its rule, its text and its repair', () => {
    const findings: Shown['findings'] = [
      { rule: 'S08', severity: 'block', message: 'rows of a plot', evidence: {}, owner: 'designer', repair: { action: 'group_split', columns: ['plot'] } },
    ];

    expect(timelineText({ ...SHOWN, findings })).toContain('findings:\n  block  S08: rows of a plot (repair: keep groups on one side, by plot)\n');
  });

  it('gives the reason of a step, on one line and inert', () => {
    const history: Shown['history'] = [
      { at: 'noon', stage: 'review', generation: 1, attempt: 1, from: 'a', to: 'b', outcome: 'returned', rules: ['S08'], message: 'S08: \u001b[2J' },
    ];

    expect(timelineText({ ...SHOWN, history })).toContain('returned  a → b  0.00 s\n    S08: \\x1b[2J\n');
  });
});
