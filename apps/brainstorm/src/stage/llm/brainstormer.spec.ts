import { BudgetExceededError, type ModelRequest } from '@mle-smith/agent';
import { callOf, failing, ScriptedSource, type ScriptStep } from '@mle-smith/agent/testing';
import { CannedJobRunner } from '@mle-smith/environment/testing';
import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { tryBrainstorm, type Brainstormed } from '../testing/try-brainstorm.ts';
import { openBrainstormer } from './brainstormer.ts';
import type { Idea } from './ideas.ts';

/** Machines with several days each; what is asked for hangs on load and temper, and `downtime` is known only afterwards. */
function machines(): string {
  const next = seededRandom(5);
  const lines = Array.from({ length: 600 }, (_, row) => {
    const [load, heat, age] = [next(), next(), Math.floor(20 * next())];
    const failed = 2 * load + heat + 0.4 * next() > 2.1;
    return [
      `M${row % 60}`,
      load.toFixed(3),
      heat.toFixed(3),
      age,
      (next() * 9).toFixed(2),
      failed ? 40 + Math.floor(60 * next()) : Math.floor(8 * next()),
      failed ? 'yes' : 'no',
    ].join(',');
  });
  return `machine,load,heat,age,noise,downtime,broke\n${lines.join('\n')}\n`;
}

const IDEA: Idea = {
  table: 'a',
  target: 'broke',
  objective: 'binary',
  positive: 'yes',
  title: 'Machines that break',
  question: 'Will the machine break today?',
  user: 'a foreman',
  decision: 'which machine to stop',
  momentOfPrediction: 'In the morning, before the machine runs.',
  leaveOut: [{ column: 'downtime', reason: 'it is counted when the day is over' }],
  unseen: ['machine'],
  attack: 'Downtime would tell, and is left out.',
};

async function brainstormed(steps: readonly ScriptStep[]): Promise<Brainstormed & { calls: readonly ModelRequest[] }> {
  const source = new ScriptedSource({ brainstormer: steps });
  const result = await tryBrainstorm({ 'a.csv': machines() }, {}, await openBrainstormer(source));
  source.done();
  return { ...result, calls: source.at({ agent: 'brainstormer', stage: 'brainstorm', subject: '', dataset: '', generation: 1 }).calls };
}

const answer = (...formulations: readonly Idea[]): string => JSON.stringify({ formulations });

describe('the Brainstormer', () => {
  it('looks with tools, proposes, and its question is measured and split like any other', async () => {
    const { proposals, calls } = await brainstormed([
      callOf('list_files', {}),
      callOf('describe_table', { table: 'a' }),
      callOf('query', { sql: 'SELECT broke, AVG(downtime) AS mean FROM a GROUP BY broke ORDER BY broke' }),
      callOf('sample_rows', { table: 'a', columns: ['load'], rows: 2 }),
      callOf('run_python', { program: 'import os; print(sorted(os.listdir("/input/raw")) if os.path.isdir("/input/raw") else sorted(os.listdir("raw")))' }),
      'Enough.',
      answer(IDEA),
    ]);

    expect(proposals).toMatchObject([
      {
        title: 'Machines that break',
        user: 'a foreman',
        objective: 'binary',
        target: { column: 'broke', positive: 'yes' },
        split: { kind: 'group', column: 'machine' },
      },
    ]);
    expect(proposals[0]?.inputs).not.toContain('downtime');
    expect(proposals[0]?.risks).toContain('Downtime would tell, and is left out.');
    const told =
      calls
        .at(-1)
        ?.messages.filter((message) => message.role === 'tool')
        .map(({ content }) => content) ?? [];
    expect(told[0]).toContain('a (600 rows, 7 columns)');
    expect(told[1]).toContain('"broke": boolean');
    expect(told[2]).toMatch(/broke,mean\nno,\d/);
    expect(told[3]).toMatch(/load\n0\.\d+\n0\.\d+\n/);
  });

  it('is told what does not exist, and mends it', async () => {
    const { proposals, calls } = await brainstormed(['Enough.', answer({ ...IDEA, target: 'breaks' }), answer(IDEA)]);

    expect(proposals).toHaveLength(1);
    expect(calls.at(-1)?.messages.at(-1)?.content).toContain('- a has no column breaks');
  });

  it('does not get through with a column that gives the answer away', async () => {
    const { proposals } = await brainstormed(['Enough.', answer({ ...IDEA, leaveOut: [] })]);

    expect(proposals[0]?.inputs ?? []).not.toContain('downtime');
  });

  it('does not get through with a question that the inputs say nothing about', async () => {
    const { outcome, turnedDown } = await brainstormed(['Enough.', answer({ ...IDEA, target: 'noise', objective: 'regression', positive: null })]);

    expect(outcome).toMatchObject({ kind: 'ended', code: 'no_good_task' });
    expect(turnedDown).toMatchObject([{ target: 'noise', code: 'unlearnable' }]);
  });

  it('says so where it proposes nothing', async () => {
    expect((await brainstormed(['Enough.', answer()])).outcome).toMatchObject({ kind: 'ended', code: 'no_target' });
  });

  it.each([
    ['a question', callOf('query', { sql: 'SELECT 1' })],
    ['a program', callOf('run_python', { program: 'print(1)' })],
  ])('is not told that the sandbox of %s is gone: its work is put aside', async (_, step) => {
    const source = new ScriptedSource({ brainstormer: [step] });
    const gone = new CannedJobRunner(() => ({ status: 'lost', message: 'the sandbox is gone' }));

    const { outcome } = await tryBrainstorm({ 'a.csv': machines() }, {}, await openBrainstormer(source), gone);

    expect(outcome).toMatchObject({ kind: 'retry', code: 'sandbox_lost', message: expect.stringContaining('the sandbox is gone') as unknown });
    source.done();
  });

  it.each<[string, ScriptStep[], object]>([
    ['gives nothing usable', ['Enough.', '{}', '{}', '{}'], { kind: 'ended', code: 'agent_failed' }],
    ['looks at the same thing for ever', Array.from({ length: 4 }, () => callOf('list_files', {})), { kind: 'ended', code: 'agent_failed' }],
    ['has no money left', [new BudgetExceededError('the day', 'the budget of the day has no room')], { kind: 'retry', code: 'budget_exceeded' }],
    ['is wanted to wait', [failing('rate', { retryAfterMs: 90_000 })], { kind: 'retry', code: 'model_rate', afterMs: 90_000 }],
  ])('ends or is put aside where it %s', async (_, steps, expected) => {
    expect((await brainstormed(steps)).outcome).toMatchObject(expected);
  });
});
