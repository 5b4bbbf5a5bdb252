import { callOf, describeHostileInput, type ScriptStep } from '@mle-smith/agent/testing';
import { CannedJobRunner } from '@mle-smith/environment/testing';
import { DesignRecord, putFiles, type BundleFile, type DesignFacts } from '@mle-smith/package';
import { parseDesignConfig } from '../../config.ts';
import { tryDesign, type Sketch, type Tried } from '../testing/try-design.ts';
import { openDesigner } from './designer.ts';

const RAW = { 'orchard.csv': `rain,age,weight\n${Array.from({ length: 260 }, (_, row) => [(row * 37) % 101, row % 13, row % 17].join(',')).join('\n')}\n` };
const SKETCH: Sketch = {
  objective: 'regression',
  metric: 'rmse',
  inputs: ['rain', 'age'],
  split: { kind: 'random', testFraction: 0.25, seed: 11, reason: 'rows are independent' },
  target: { column: 'weight', name: 'weight', description: 'kilograms', classes: [], dropped: [] },
};
const CONFIG = parseDesignConfig({});

const facts = (name: string): DesignFacts => ({
  trainRows: 195,
  testRows: 65,
  columns: [{ name, type: 'number', missing: 0, distinct: 9 }],
  sample: ['id,weight'],
  sampleScore: 4,
  target: { distinct: 17 },
});

const RUN = callOf('run_draft', {});
const look = (file: string): ScriptStep => callOf('look_at', { file, lines: 3 });
const writing = (file: string, text: string): ScriptStep => callOf('write_file', { file, text });

interface Result {
  readonly code: string;
  readonly record: DesignRecord | undefined;
  /** What stands in the design's files of answers and of the public. */
  readonly answers: string;
  readonly rows: string;
}

async function resultOf({ outcome, read }: Tried): Promise<Result> {
  const text = await read('design.json');
  return {
    code: outcome.kind === 'ended' || outcome.kind === 'retry' ? outcome.code : outcome.kind,
    record: text === '' ? undefined : DesignRecord.parse(JSON.parse(text)),
    answers: await read('data/private/test_answer.csv'),
    rows: await read('data/public/train.csv'),
  };
}

/** What of a record an agent has no say in. */
function decided({
  facts: _facts,
  engine: _engine,
  question: _question,
  title: _title,
  columns,
  target,
  lineage,
  blocks: _blocks,
  ...rest
}: DesignRecord): object {
  return { ...rest, columns: columns.map(({ name, type }) => [name, type]), target: { ...target, description: '' }, generation: lineage.generation };
}

describeHostileInput<Result>({
  agent: 'the Designer',
  agents: ['designer'],
  fields: ['title', 'question', 'column note', 'failure', 'log', 'fact', 'cell', 'answer', 'finding', 'evidence'],
  mostCalls: 2 * (CONFIG.designer.turns + 3),
  honest: {
    steps: [
      callOf('read_file', { file: 'blocks/prepare.py' }),
      writing('description.txt', 'Weigh the fruit.\n'),
      writing('prepare.py', 'def prepare(raw, public, private):\n    raise ValueError\n'),
      RUN,
      'I am done.',
      writing('prepare.py', 'def prepare(raw, public, private):\n    pass\n'),
      RUN,
      look('public/train.csv'),
      look('private/test_answer.csv'),
    ],
    after: ({ messages }) => (/have not been run|does not run/.test(messages.at(-1)?.content ?? '') ? RUN : 'Done.'),
    answer: '{"changes":[]}',
  },
  async work(planted, models) {
    let files: readonly BundleFile[] = [];
    const jobs = new CannedJobRunner(({ trust }, number) => {
      if (trust === 'untrusted' && number === 2) return { status: 'failed', message: planted('failure'), log: planted('log') };
      return { value: facts(trust === 'ours' ? 'rain' : planted('fact')), outputs: files };
    });
    const sketch = { ...SKETCH, title: planted('title'), question: planted('question'), columnNotes: { rain: planted('column note') } };
    const first = await tryDesign(RAW, sketch, await openDesigner(models), (artifacts) => ({
      run: async (job, signal) => {
        files = await putFiles(artifacts, { 'data/public/train.csv': planted('cell'), 'data/private/test_answer.csv': planted('answer') });
        return jobs.run(job, signal);
      },
      isolation: () => jobs.isolation(),
      close: () => jobs.close(),
    }));
    const finding = { rule: 'L05', severity: 'block', message: planted('finding'), evidence: { quote: planted('evidence') }, owner: 'designer' } as const;
    const last = first.outcome.kind === 'advanced' ? await first.again([finding]) : first;
    return { result: { ...(await resultOf(last)), answers: await last.read('data/private/test_answer.csv') }, jobs: jobs.means() };
  },
  check({ code, record, answers, rows }, honest) {
    expect(honest).toMatchObject({ code: 'advanced', record: { lineage: { generation: 2 } } });
    expect(['advanced', 'agent_failed']).toContain(code);
    if (record === undefined) return;
    expect({ ...decided(record), generation: 2 }).toEqual(decided(honest.record!));
    expect(record.engine.name).toBe('llm');
    expect(answers).toContain('mark-of-answer');
    expect(rows).not.toContain('mark-of-answer');
  },
});
