import { callOf, failing, ScriptedSource, type ScriptStep } from '@mle-smith/agent/testing';
import { Environment } from '@mle-smith/environment';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { putFiles } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { openSolver, solveTask, type Solved } from './solver.ts';

const METRIC = `class MaeMetrics:
    def evaluate(self, y_true, y_pred):
        return float((y_true.set_index("id")["y"] - y_pred.set_index("id")["y"]).abs().mean())

    def validate_submission(self, submission, ground_truth):
        return "Submission is valid."
`;
const rows = Array.from({ length: 40 }, (_, index) => index);
const PACKAGE = {
  'data/public/description.txt': 'Guess y.\n',
  'data/public/train.csv': `id,x,y\n${rows.map((row) => `${row},${row},${2 * row}`).join('\n')}\n`,
  'data/public/sample_submission.csv': `id,y\n${rows.map((row) => `${row + 100},0`).join('\n')}\n`,
  'data/private/test_answer.csv': `id,y\n${rows.map((row) => `${row + 100},${2 * row}`).join('\n')}\n`,
  'utils/metric.py': METRIC,
};
const guess = (y: number): string =>
  `import csv, sys\nrows = csv.DictReader(open(sys.argv[1] + "/sample_submission.csv"))\nwith open("submission.csv", "w") as file:\n    print("id,y", file=file)\n    for row in rows: print(row["id"] + ",${y}", file=file)\n`;
const BOUNDS = { turns: 12, toolCalls: 8, tokens: 100_000, wallMs: 60_000, repeats: 3, replyTokens: 1_000 };

async function solved(steps: readonly ScriptStep[], wallMs = 30_000): Promise<Solved> {
  const artifacts = new InMemoryArtifactStore();
  const bundle = await artifacts.putBundle(await putFiles(artifacts, PACKAGE));
  const environment = new Environment({
    jobs: new DirectJobRunner({ artifacts }),
    artifacts,
    bundle,
    name: 'doubling',
    spec: { id: 'id', target: 'y', metric: 'mae' },
    limits: { wallMs },
  });
  const place = { stage: 'execute', subject: 'doubling', dataset: 'doubling', generation: 1 };
  return solveTask(
    await openSolver(new ScriptedSource({ solver: steps })),
    environment,
    { place, direction: 'minimize', bounds: BOUNDS },
    new AbortController().signal,
  );
}

describe('the solver', () => {
  it('keeps its best score beside the last one, and each mistake at its action', async () => {
    const { best, final, actions, mistakes, ended } = await solved([
      callOf('request_info', { topic: 'description' }),
      callOf('execute_code', { code: 'raise ValueError("no")\n' }),
      callOf('execute_code', { code: guess(39) }),
      callOf('execute_code', { code: guess(0) }),
      'I am content.',
      '{"summary":"A constant.","step":null}',
    ]);

    expect({ actions, ended }).toEqual({ actions: 4, ended: 'answered' });
    expect(best?.step).toBe(3);
    expect(final?.step).toBe(4);
    expect(mistakes).toEqual([{ step: 2, kind: 'exception ValueError' }]);
  });

  it('is told of a program that ran out of time, which is a mistake of its own kind', async () => {
    const { actions, mistakes } = await solved(
      [callOf('execute_code', { code: 'while True: pass\n' }), 'I am content.', '{"summary":"A constant.","step":null}'],
      1_000,
    );

    expect({ actions, mistakes }).toEqual({ actions: 1, mistakes: [{ step: 1, kind: 'time limit' }] });
  });

  it('is measured by its exact score, of which the agent is told no more than its error allows', async () => {
    const { best, transcript } = await solved([callOf('execute_code', { code: guess(36) }), 'I am content.', '{"summary":"A constant.","step":1}']);

    expect(best).toEqual({ step: 1, score: 20.1 });
    expect(transcript.find(({ role }) => role === 'tool')?.content).toContain('"score":20,');
  });

  it.each([
    ['its endpoint fails', failing('transport'), 'model_transport'],
    ['it refuses', failing('refusal'), 'refusal'],
  ])('keeps what it had reached and said where %s', async (_, fault, ended) => {
    const told = await solved([callOf('execute_code', { code: guess(39) }), fault]);

    expect(told).toMatchObject({ ended, best: { step: 1 }, actions: 1 });
    expect(told.transcript.some(({ role }) => role === 'tool')).toBe(true);
  });

  it('finds no answers where its programs run', async () => {
    const { transcript } = await solved([
      callOf('execute_code', {
        code: 'import os, sys\nprint([name for _, _, names in os.walk(os.path.dirname(sys.argv[1])) for name in names if name.endswith(".csv")])\n',
      }),
      'I am content.',
      '{"summary":"Nothing.","step":null}',
    ]);

    const seen = JSON.stringify(transcript);
    expect(seen).toContain('train.csv');
    expect(seen).not.toContain('test_answer');
  });
});
