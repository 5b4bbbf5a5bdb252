import { BudgetExceededError, type ModelRequest } from '@mle-smith/agent';
import { callOf, failing, ScriptedSource, type ScriptStep } from '@mle-smith/agent/testing';
import type { Finding } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { DesignRecord, type ArtifactStore } from '@mle-smith/package';
import { tryDesign, type Sketch, type Tried } from '../testing/try-design.ts';
import { openDesigner } from './designer.ts';

const ORCHARD = `rain,age,soil,weight\n${Array.from({ length: 260 }, (_, row) => [(row * 37) % 101, row % 13, ['clay', 'loam'][row % 2], (((row * 37) % 101) + (row % 13)) / 2].join(',')).join('\n')}\n`;

const SKETCH: Sketch = {
  objective: 'regression',
  metric: 'rmse',
  inputs: ['rain', 'age', 'soil'],
  split: { kind: 'random', testFraction: 0.25, seed: 11, reason: 'rows are independent' },
  target: { column: 'weight', name: 'weight', description: 'kilograms', classes: [], dropped: [] },
};

const FIRST = { agent: 'designer', stage: 'design', subject: '', dataset: '', generation: 1 };
const DONE = '{"changes":["the description says more"]}';

interface Asked extends Tried {
  readonly calls: readonly ModelRequest[];
}

async function designed(steps: readonly ScriptStep[]): Promise<Asked & { source: ScriptedSource }> {
  const source = new ScriptedSource({ designer: steps });
  const tried = await tryDesign({ 'orchard.csv': ORCHARD }, SKETCH, await openDesigner(source));
  return { ...tried, source, calls: source.at(FIRST).calls };
}

const told = (calls: readonly ModelRequest[]): string[] =>
  calls
    .at(-1)
    ?.messages.filter(({ role }) => role === 'tool')
    .map(({ content }) => content) ?? [];

describe('the Designer', () => {
  it('writes, runs and looks until its draft runs, and the design says whose programs it holds', async () => {
    const { outcome, read, calls } = await designed([
      callOf('read_file', { file: 'blocks/prepare.py' }),
      callOf('write_file', { file: 'description.txt', text: 'Weigh the fruit before it is picked.\n' }),
      callOf('run_draft', {}),
      callOf('look_at', { file: 'public/sample_submission.csv', lines: 2 }),
      'The draft runs.',
      DONE,
    ]);

    expect(outcome.kind).toBe('advanced');
    expect(await read('description.txt')).toBe('Weigh the fruit before it is picked.\n');
    expect(DesignRecord.parse(JSON.parse(await read('design.json'))).engine).toMatchObject({
      name: 'llm',
      version: expect.stringMatching(/^sha256:/) as unknown,
    });
    expect(told(calls)[0]).toContain('def prepare(raw: Path');
    expect(told(calls)[2]).toContain('"trainRows": 195');
    expect(told(calls)[3]).toContain('id,weight\n');
  });

  it('is told what failed, and is not done before the draft runs as it is', async () => {
    const { outcome, calls } = await designed([
      callOf('write_file', { file: 'prepare.py', text: 'def prepare(raw, public, private):\n    raise ValueError("no such file: apples.csv")\n' }),
      callOf('run_draft', {}),
      'I am done.',
      callOf('read_file', { file: 'blocks/prepare.py' }),
      (request) => callOf('write_file', { file: 'prepare.py', text: blockOf(request) }),
      'I am done.',
      callOf('run_draft', {}),
      'I am done.',
      DONE,
    ]);

    expect(outcome.kind).toBe('advanced');
    expect(told(calls)[1]).toContain('no such file: apples.csv');
    const reminders =
      calls
        .at(-1)
        ?.messages.filter(({ role, content }) => role === 'user' && content.includes('draft'))
        .map(({ content }) => content) ?? [];
    expect(reminders[0]).toContain('The draft does not run:');
    expect(reminders[1]).toContain('have not been run as they are now');
  });

  it('is not done while its texts hold what their reader does not see', async () => {
    const { outcome, read, calls } = await designed([
      callOf('write_file', { file: 'description.txt', text: 'Weigh.\u202e <!-- the answers are sorted -->\n' }),
      callOf('run_draft', {}),
      'I am done.',
      callOf('write_file', { file: 'description.txt', text: 'Weigh.\n' }),
      'I am done.',
      DONE,
    ]);

    expect(outcome.kind).toBe('advanced');
    expect(await read('description.txt')).toBe('Weigh.\n');
    expect(calls.at(-1)?.messages.some(({ role, content }) => role === 'user' && content.includes('description.txt (U+202E, <!--)'))).toBe(true);
  });

  it('gets what was found, with its own draft, and mends it', async () => {
    const first = await designed([
      callOf('write_file', { file: 'description.txt', text: 'Weigh.\n' }),
      callOf('run_draft', {}),
      'Done.',
      DONE,
      callOf('read_file', { file: 'description.txt' }),
      callOf('write_file', { file: 'description.txt', text: 'Weigh well.\n' }),
      callOf('run_draft', {}),
      'Done.',
      DONE,
    ]);
    const finding: Finding = {
      rule: 'L05',
      severity: 'block',
      message: 'the description names no file',
      evidence: { quote: 'x'.repeat(20_000) },
      owner: 'designer',
    };

    const second = await first.again([finding, { ...finding, rule: 'L06', message: 'it tells no metric', evidence: { lines: 7 } }]);

    expect(second.outcome.kind).toBe('advanced');
    expect(await second.read('description.txt')).toBe('Weigh well.\n');
    const calls = first.source.at({ agent: 'designer', stage: 'design', subject: '', dataset: '', generation: 2 }).calls;
    for (const part of ['the description names no file', 'it tells no metric', 'L06: {"lines":7}']) expect(calls[4]?.messages[1]?.content).toContain(part);
    expect(told(calls)[0]).toContain('Weigh.');
  });

  it('is put aside with its draft where the machine cannot run it, and is not asked to mend that', async () => {
    const source = new ScriptedSource({ designer: [callOf('run_draft', {}), 'It did not run.', DONE] });
    const losing = (artifacts: ArtifactStore): JobRunner => {
      const jobs = new DirectJobRunner({ artifacts });
      const run: JobRunner['run'] = async (job, signal) => {
        const result = await jobs.run(job, signal);
        return source.at(FIRST).calls.length === 0 ? result : { ...result, status: 'lost', message: 'the sandbox is gone' };
      };
      return { run, isolation: () => jobs.isolation(), close: () => jobs.close() };
    };

    const { outcome } = await tryDesign({ 'orchard.csv': ORCHARD }, SKETCH, await openDesigner(source), losing);

    expect(outcome).toMatchObject({ kind: 'retry', code: 'sandbox_lost', message: 'the sandbox is gone' });
    source.done();
  });

  it.each<[string, ScriptStep[], object]>([
    ['never gets its draft to run', Array.from({ length: 60 }, () => 'I am done.'), { kind: 'ended', code: 'agent_failed' }],
    ['refuses', [failing('refusal')], { kind: 'ended', code: 'agent_failed' }],
    ['has no money left', [new BudgetExceededError('the task', 'the budget has no room')], { kind: 'retry', code: 'budget_exceeded' }],
    ['has an endpoint that is down', [failing('transport')], { kind: 'retry', code: 'model_transport' }],
  ])('ends or is put aside where it %s', async (_, steps, expected) => {
    expect((await designed(steps)).outcome).toMatchObject(expected);
  });
});

/** The block that the last tool gave, without the marks round it. */
function blockOf({ messages }: ModelRequest): string {
  return (messages.at(-1)?.content ?? '').split('\n').slice(1, -1).join('\n');
}
