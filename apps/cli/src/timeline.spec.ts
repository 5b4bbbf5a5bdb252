import { costOfSubject } from '@mle-smith/agent';
import { timelineText, type Shown } from './timeline.ts';

const SHOWN: Shown = {
  record: { id: 'cars--mpg', state: 'task.verified' },
  difficulty: 'standard',
  history: [],
  findings: [],
  cost: costOfSubject({ used: { design: { attempts: 1, seconds: 1.5, cpuSeconds: 0.25, gpuSeconds: 0 } } }, []),
};
/** A program that goes for a limit, and is meant to be stopped. */
const PROBE = { kind: 'job', name: 'solve-mode-timed_out', zone: 'solve', place: 'sandbox', queuedMs: 0, runMs: 100 } as const;

describe('the timeline of a dataset or task', () => {
  it('says where it stands, and what a starter is', () => {
    expect(timelineText(SHOWN)).toBe(
      'cars--mpg: verified\ncost: 1.50 s of processing, no model calls, $0\n  design          1.50 s, CPU 0.25 s, GPU 0.00 s, $0\n',
    );
    expect(timelineText({ ...SHOWN, difficulty: 'starter' })).toMatch(/^cars--mpg: verified \(starter\)\nstarter: the strong baseline is not/);
  });

  it('says what becomes of it now, and when it would end without a step', () => {
    const now = Date.parse('2026-11-29T12:00:00.000Z');
    const present = {
      doing: 'retries' as const,
      stage: 'execute',
      since: '2026-11-29T09:00:00.000Z',
      attempt: 1,
      again: '2026-11-29T12:00:12.000Z',
      retries: 3,
      mostRetries: 50,
      reason: 'pod_lost: \u001b[2J',
      cancelRequested: true,
      deadline: '2026-11-30T09:00:00.000Z',
    };

    expect(timelineText({ ...SHOWN, record: { id: 'cars--mpg', state: 'task.reviewed' }, difficulty: undefined, present, now })).toMatch(
      /^cars--mpg: reviewed \(next: execute\)\nnow: waits for execute .* again at 2026-11-29T12:00:12.000Z \(in 12 s\), retry 3 of 50 after pod_lost: \\x1b\[2J; is to be cancelled.*; ends as stuck where it makes no step before 2026-11-30T09:00:00.000Z\n/,
    );
  });

  it('says how many steps come before those that it tells, and how to see them', () => {
    expect(timelineText({ ...SHOWN, earlier: 340 })).toMatch(/^cars--mpg: verified\n… 340 earlier steps, told with --all\ncost: /);
    expect(timelineText({ ...SHOWN, earlier: 1 })).toContain('… 1 earlier step, told with --all\n');
  });

  it('names a document that cannot be read, and tells the rest', () => {
    const unreadable = [{ document: 'review', message: 'stored content does not match its digest\u001b[2J' }];

    expect(timelineText({ ...SHOWN, unreadable })).toMatch(
      /^cars--mpg: verified\nunreadable: review: stored content does not match its digest\\x1b\[2J\ncost: /,
    );
  });

  it('tells what each agent took, and where what they said is kept', () => {
    const spent = { calls: 5, inputTokens: 17_341, outputTokens: 1_305, usd: 0.0564, unpriced: 0 };
    const cost = { ...SHOWN.cost, ...spent, byAgent: { designer: spent }, byStage: {} };
    const said = timelineText({ ...SHOWN, cost, transcripts: { 'design-transcript': '/out/.state/artifacts/ab/abc' } });

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

  it('lets no text of others forge a line', () => {
    const forged = 'x\n2026-11-29T12:00:00.000Z  generation 1  attempt 1  execute         advanced  task.reviewed → task.verified  1.00 s';
    const step = { at: 'noon', stage: 'review', generation: 1, attempt: 1, from: 'a', to: 'b', outcome: 'returned', message: forged } as const;
    const findings: Shown['findings'] = [{ rule: 'S08', severity: 'block', message: forged, evidence: {}, owner: 'designer' }];
    const lost = { count: 1, last: [{ worker: forged, at: 'noon' }] };
    const record = { id: 'cars--mpg', state: 'task.rejected', message: forged, lost };

    const told = timelineText({ ...SHOWN, record, difficulty: undefined, history: [{ ...step, lost: lost.last, lostLeases: 1 }], findings });

    expect(told).toContain('\\x0a2026-11-29T12:00:00.000Z  generation 1');
    expect(told.split('\n').filter((line) => line.startsWith('2026'))).toEqual([]);
  });

  it('lists what an attempt set off in order of time, how it ended, and what it left, with the id of its trace', () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const history: Shown['history'] = [
      {
        at: '2026-11-29T10:00:10.000Z',
        stage: 'design',
        generation: 1,
        attempt: 2,
        from: 'task.proposed',
        to: 'task.designed',
        outcome: 'advanced',
        durationMs: 10_000,
        trace,
        lostLeases: 3,
        lost: [{ worker: 'design-pod-1-0a1b', at: '2026-11-29T09:59:58.000Z' }],
        moreEvents: 3,
        documents: { design: 'sha256:12' },
        events: [
          { kind: 'call', atMs: 500, agent: 'designer', model: 'small', tookMs: 1_000, fault: 'rate' },
          { kind: 'call', atMs: 2_000, agent: 'designer', model: 'small\u001b[2J', tookMs: 2_500, inputTokens: 1_200, outputTokens: 30, usd: 0.0124 },
          { kind: 'call', atMs: 4_600, agent: 'designer', model: 'free', tookMs: 100, inputTokens: 1, outputTokens: 2 },
          {
            kind: 'job',
            atMs: 5_000,
            name: 'prepare-x',
            zone: 'measure',
            place: 'kubernetes',
            status: 'not_run',
            code: 'pod_lost',
            queuedMs: 10,
            runMs: 900,
          },
          {
            kind: 'job',
            atMs: 7_000,
            name: 'prepare-x',
            zone: 'measure',
            place: 'kubernetes',
            profile: 'gpu-1',
            status: 'succeeded',
            queuedMs: 0,
            runMs: 1_500,
            cpuSeconds: 1.25,
            gpuSeconds: 3,
            peakMemoryMb: 95.6,
          },
          { ...PROBE, atMs: 8_600, status: 'timeout', asMeant: true },
          { ...PROBE, atMs: 9_700, status: 'succeeded', asMeant: false },
        ],
      },
    ];

    expect(
      timelineText({ ...SHOWN, history })
        .split('\n')
        .slice(1, -3),
    ).toEqual([
      `2026-11-29T10:00:10.000Z  generation 1  attempt 2  design          advanced  task.proposed → task.designed  10.00 s  trace ${trace}`,
      '    before: 2 attempts whose worker was lost',
      '    2026-11-29T09:59:58.000Z  lost  attempt 2 of design: the lease of design-pod-1-0a1b ended, and somebody else took over',
      '    2026-11-29T10:00:00.500Z  call  designer of small: rate, 1.00 s',
      '    2026-11-29T10:00:02.000Z  call  designer of small\\x1b[2J: answered, 1,200 tokens in and 30 out, $0.0124, 2.50 s',
      '    2026-11-29T10:00:04.600Z  call  designer of free: answered, 1 tokens in and 2 out, price unknown, 0.10 s',
      '    2026-11-29T10:00:05.000Z  job   prepare-x (measure, kubernetes): not_run (pod_lost), waited 0.01 s, ran 0.90 s',
      '    2026-11-29T10:00:07.000Z  job   prepare-x (measure, kubernetes gpu-1): succeeded, waited 0.00 s, ran 1.50 s, CPU 1.25 s, GPU 3.00 s, 96 MB',
      '    2026-11-29T10:00:08.600Z  job   solve-mode-timed_out (solve, sandbox): timeout, as it should be, waited 0.00 s, ran 0.10 s',
      '    2026-11-29T10:00:09.700Z  job   solve-mode-timed_out (solve, sandbox): succeeded, and should have been stopped, waited 0.00 s, ran 0.10 s',
      '    … 3 more jobs and calls in the midst of these',
      '    left design sha256:12',
    ]);
  });

  it('tells of workers that were lost over what is at work still', () => {
    const lost = { count: 1, last: [{ worker: 'design-pod-1-0a1b', at: '2026-11-29T10:00:01.000Z' }] };

    expect(timelineText({ ...SHOWN, record: { id: 'cars--mpg', state: 'task.proposed', lost } })).toContain(
      'at work now:\n    2026-11-29T10:00:01.000Z  lost  the attempt before: the lease of design-pod-1-0a1b ended, and somebody else took over\ncost:',
    );
  });

  it('gives the cost by stage in the order of the pipeline', () => {
    const spent = { calls: 2, inputTokens: 1_200, outputTokens: 30, usd: 0.0124, unpriced: 0 };
    const use = { attempts: 1, seconds: 2, cpuSeconds: 1.5, gpuSeconds: 4 };
    const none = { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0, unpriced: 0 };
    const cost = { ...SHOWN.cost, byStage: { execute: { ...use, ...none }, design: { ...use, ...spent }, review: { ...use, ...spent, usd: 0, unpriced: 2 } } };

    expect(
      timelineText({ ...SHOWN, cost })
        .split('\n')
        .slice(2, -1),
    ).toEqual([
      '  design          2.00 s, CPU 1.50 s, GPU 4.00 s, 2 calls, 1,200 tokens in and 30 out, $0.0124',
      '  review          2.00 s, CPU 1.50 s, GPU 4.00 s, 2 calls, 1,200 tokens in and 30 out, price unknown',
      '  execute         2.00 s, CPU 1.50 s, GPU 4.00 s, $0',
    ]);
  });
});
