import { BudgetExceededError, type ModelRequest } from '@mle-smith/agent';
import { callOf, failing, ScriptedSource, type ScriptStep } from '@mle-smith/agent/testing';
import { TaskManifest, type Finding } from '@mle-smith/contracts';
import type { DesignRecord } from '@mle-smith/package';
import { PEARS } from '../testing/pears.ts';
import { tryRefactor, type Designed, type Tried } from '../testing/try-refactor.ts';
import { openRefactorer } from './refactorer.ts';

const RAW = `length,weight\n${Array.from({ length: 30 }, (_, row) => `${row},${(row * 7) % 30}`).join('\n')}\n`;

const PREPARE = `import pandas as pd
def prepare(raw, public, private):
    public.mkdir(parents=True, exist_ok=True); private.mkdir(parents=True, exist_ok=True)
    d = pd.read_csv(raw / "pears.csv").sample(frac=1, random_state=3).reset_index(drop=True)
    d.insert(0, "id", range(len(d)))
    d[:20].to_csv(public / "train.csv", index=False)
    d[20:].drop(columns="weight").to_csv(public / "test.csv", index=False)
    d[20:][["id", "weight"]].to_csv(private / "test_answer.csv", index=False)
    d[20:][["id"]].assign(weight=15.0).to_csv(public / "sample_submission.csv", index=False)
`;
const METRIC = `class PearMetrics:
    def validate_submission(self, submission, ground_truth):
        if sorted(submission["id"]) != sorted(ground_truth["id"]): raise ValueError("wrong ids")
        return "ok"
    def evaluate(self, y_true, y_pred):
        m = y_true.merge(y_pred, on="id"); return float((m["weight_x"] - m["weight_y"]).abs().mean())
`;
/** The same task, written otherwise. */
const TIDY = PREPARE.replace('import pandas as pd\n', '"""Pears."""\nimport pandas as pd\n\nSEED = 3\n\n\n').replace('random_state=3', 'random_state=SEED');
const TIDY_METRIC = METRIC.replace('m = y_true', 'both = y_true').replaceAll('m[', 'both[');

const RECORD: DesignRecord = {
  ...PEARS,
  split: { ...PEARS.split, testFraction: 0.33, trainRows: 20, testRows: 10 },
  engine: { name: 'llm', version: 'sha256:designer' },
};
const DESIGN: Designed = { record: RECORD, raw: { 'pears.csv': RAW }, prepare: PREPARE, metric: METRIC };
const DONE = '{"changes":[]}';
const FIRST = { agent: 'refactor', stage: 'refactor', subject: '', dataset: '', generation: 1 };

async function refactored(steps: readonly ScriptStep[], record = RECORD): Promise<Tried & { calls: readonly ModelRequest[] }> {
  const source = new ScriptedSource({ refactor: steps });
  const tried = await tryRefactor({ ...DESIGN, record }, await openRefactorer(source));
  return { ...tried, calls: source.at(FIRST).calls };
}

const told = (calls: readonly ModelRequest[]): string[] =>
  calls
    .at(-1)
    ?.messages.filter(({ role }) => role === 'tool')
    .map(({ content }) => content) ?? [];
const writing = (file: string, text: string): ScriptStep => callOf('write_file', { file, text });
const CHECK = callOf('check', {});

describe('the Refactor', () => {
  it('takes a rewrite that does the same, and the package says by which prompt it was written', async () => {
    const { outcome, read, calls } = await refactored([
      callOf('read_file', { file: 'design/prepare.py' }),
      writing('prepare.py', TIDY),
      writing('metric.py', TIDY_METRIC),
      'I am done.',
      CHECK,
      'I am done.',
      DONE,
    ]);

    expect(outcome.kind).toBe('advanced');
    expect([await read('utils/prepare.py'), await read('utils/metric.py')]).toEqual([TIDY, TIDY_METRIC]);
    expect(TaskManifest.parse(JSON.parse(await read('task.json'))).engine).toEqual({
      name: 'llm',
      version: 'sha256:designer',
      refactor: expect.stringMatching(/^sha256:/) as unknown,
    });
    expect(told(calls)[3]).toContain('Nothing differs');
  });

  it('never takes a rewrite that does otherwise, says in counts what differs, and takes what was mended', async () => {
    const wrong: readonly [string, string, string][] = [
      ['prepare.py', PREPARE.replace('random_state=3', 'random_state=4'), 'public/train.csv: 20 rows of the same id have other cells'],
      ['prepare.py', PREPARE.replaceAll('20', '19'), 'public/test.csv: 11 rows in place of 10; 0 ids of the design are gone and 1 are new'],
      [
        'prepare.py',
        PREPARE.replace('    d[20:][["id", "w', '    d.loc[25, "weight"] += 1\n    d[20:][["id", "w'),
        'private/test_answer.csv: 1 rows of the same id',
      ],
      ['prepare.py', PREPARE.replace('answer.csv", index', 'answer.csv", lineterminator="\\r\\n", index'), 'the same cells, written otherwise'],
      ['prepare.py', `${PREPARE}    (public / "notes.txt").write_text("x")\n`, 'data/public/notes.txt'],
      ['prepare.py', 'def prepare(raw, public, private):\n    raise ValueError("no pears")\n', 'no pears'],
      ['metric.py', METRIC.replace('.abs()', '.pow(2)'), "another score than the design's: the sample"],
      ['metric.py', METRIC.replace('raise ValueError("wrong ids")', 'pass'), "scores a submission that the design's refuses: with an id twice"],
      ['metric.py', METRIC.replace('if sorted', 'if list'), "refuses a submission that the design's scores: the answers in another order"],
    ];
    const { outcome, read, calls } = await refactored([
      ...wrong.flatMap(([file, text]) => [writing(file, text), CHECK]),
      'I am done.',
      writing('prepare.py', PREPARE),
      writing('metric.py', TIDY_METRIC),
      CHECK,
      'I am done.',
      DONE,
    ]);

    const checks = told(calls).filter((text) => text.includes('of="check"'));
    wrong.forEach(([, , expected], index) => {
      expect(checks[index]).toContain(expected);
    });
    expect(calls.at(-1)?.messages.some(({ role, content }) => role === 'user' && content.startsWith('The draft does otherwise'))).toBe(true);
    expect(outcome.kind).toBe('advanced');
    expect(await read('utils/metric.py')).toBe(TIDY_METRIC);
  }, 60_000);

  it('is not done while its texts hold what their reader does not see', async () => {
    const { outcome, read } = await refactored([
      writing('description.txt', 'Weigh.\u200b <script>x</script>\n'),
      CHECK,
      'I am done.',
      writing('description.txt', 'Weigh.\n'),
      'I am done.',
      DONE,
    ]);

    expect(outcome.kind).toBe('advanced');
    expect(await read('data/public/description.txt')).toMatch(/^Weigh\.\n/);
  });

  it('gets what was found, with its own draft, and mends it', async () => {
    const source = new ScriptedSource({
      refactor: [
        ...[writing('description.txt', 'Weigh.\n'), CHECK, 'Done.', DONE],
        ...[callOf('read_file', { file: 'description.txt' }), writing('description.txt', 'Weigh test.csv.\n'), CHECK, 'Done.', DONE],
      ],
    });
    const first = await tryRefactor(DESIGN, await openRefactorer(source));
    const finding: Finding = { rule: 'L05', severity: 'block', message: 'the description names no file', evidence: {}, owner: 'refactor' };

    const second = await first.again([finding]);

    expect(await second.read('data/public/description.txt')).toContain('Weigh test.csv.');
    const { calls } = source.at(FIRST);
    expect(calls[4]?.messages[1]?.content).toContain('the description names no file');
    expect(told(calls)[0]).toContain('Weigh.');
  });

  it.each<[string, DesignRecord]>([
    ['templates', { ...RECORD, engine: { name: 'rules', version: '1' } }],
    ['building blocks as they were', { ...RECORD, blocks: true }],
  ])('asks nobody where the programs are %s, and says so', async (_, record) => {
    const { outcome, calls, read, document } = await refactored([], record);

    expect({ kind: outcome.kind, calls }).toEqual({ kind: 'advanced', calls: [] });
    expect(await document('refactored')).toEqual({ skipped: expect.stringContaining('are in the format') as unknown });
    expect(TaskManifest.parse(JSON.parse(await read('task.json'))).engine).toEqual(record.engine);
  });

  it('leaves the programs as they were designed where nobody pays it and rules may stand in, and the package claims no rewrite', async () => {
    const told: string[] = [];
    const refactorer = await openRefactorer(new ScriptedSource({ refactor: [failing('quota')] }));

    const { outcome, read } = await tryRefactor(DESIGN, refactorer, (id, message) => told.push(`${id}: ${message}`));

    expect({ kind: outcome.kind, told }).toEqual({ kind: 'advanced', told: [`${RECORD.id}: model_quota: the endpoint: quota`] });
    expect([await read('utils/prepare.py'), await read('utils/metric.py')]).toEqual([PREPARE, METRIC]);
    expect(TaskManifest.parse(JSON.parse(await read('task.json'))).engine).toEqual(RECORD.engine);
  });

  it.each<[string, ScriptStep[], object]>([
    [
      'never does the same as its design',
      [writing('metric.py', 'x = 1\n'), CHECK, ...Array.from({ length: 60 }, () => 'Done.')],
      { kind: 'ended', code: 'agent_failed' },
    ],
    ['refuses', [failing('refusal')], { kind: 'ended', code: 'agent_failed' }],
    ['has no money left', [new BudgetExceededError('the task', 'the budget has no room')], { kind: 'retry', code: 'budget_exceeded' }],
    ['has an endpoint that is down', [failing('transport')], { kind: 'retry', code: 'model_transport' }],
  ])('ends or is put aside without a package where it %s', async (_, steps, expected) => {
    const { outcome, read } = await refactored(steps);

    expect(outcome).toMatchObject(expected);
    expect(await read('task.json')).toBe('');
  });
});
