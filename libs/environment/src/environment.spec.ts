import { putFiles } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { Environment, type TrialLimits } from './environment.ts';
import { roundedToError } from './feedback.ts';
import { UngradableError } from './score-submission.ts';
import { answerLine } from './session.ts';
import { CannedJobRunner } from './testing/canned-job-runner.ts';
import { DirectJobRunner } from './testing/direct-job-runner.ts';

const METRIC = `import pandas as pd


class InvalidSubmissionError(Exception):
    pass


class MaeMetrics:
    def evaluate(self, y_true, y_pred):
        self.validate_submission(y_pred, y_true)
        return float((y_true.set_index("id")["y"] - y_pred.set_index("id")["y"]).abs().mean())

    def validate_submission(self, submission, ground_truth):
        if list(submission.columns) != ["id", "y"] or set(submission["id"]) != set(ground_truth["id"]):
            raise InvalidSubmissionError("columns must be id,y with the ids of test.csv")
        return "Submission is valid."
`;
const rows = Array.from({ length: 40 }, (_, index) => index);
const PACKAGE = {
  'data/public/description.txt': 'Guess y.\n',
  'data/public/train.csv': `id,x,y\n${rows.map((row) => `${row},${row},${2 * row}`).join('\n')}\n`,
  'data/public/test.csv': `id,x\n${rows.map((row) => `${row + 100},${row}`).join('\n')}\n`,
  'data/public/sample_submission.csv': `id,y\n${rows.map((row) => `${row + 100},0`).join('\n')}\n`,
  'data/private/test_answer.csv': `id,y\n${rows.map((row) => `${row + 100},${2 * row}`).join('\n')}\n`,
  'utils/metric.py': METRIC,
};
const SAMPLE = 'import shutil, sys\nshutil.copy(sys.argv[1] + "/sample_submission.csv", "submission.csv")\n';

async function environment(limits: Partial<TrialLimits> = {}, files: Readonly<Record<string, string>> = {}): Promise<Environment> {
  const artifacts = new InMemoryArtifactStore();
  const bundle = await artifacts.putBundle(await putFiles(artifacts, { ...PACKAGE, ...files }));
  return new Environment({
    jobs: new DirectJobRunner({ artifacts }),
    artifacts,
    bundle,
    name: 'doubling',
    spec: { id: 'id', target: 'y', metric: 'mae' },
    limits,
  });
}

describe('the environment', () => {
  it('runs the programs of its candidate in one session until it is closed, and each probe by itself', async () => {
    const jobs = new CannedJobRunner(() => ({}));
    const artifacts = new InMemoryArtifactStore();
    const bundle = await artifacts.putBundle([]);
    const [mine, other] = ['mine', 'other'].map((name) => new Environment({ jobs, artifacts, bundle, name, spec: { id: 'id', target: 'y' } }));
    await mine?.executeCode(SAMPLE);
    await mine?.validateCode(SAMPLE);
    await mine?.trial(SAMPLE);
    await other?.executeCode(SAMPLE);

    const [first, second, probe, another] = jobs.jobs.map(({ session }) => session);
    expect(first).toBeDefined();
    expect(second).toBe(first);
    expect(probe).toBeUndefined();
    expect(another).not.toBe(first);
    mine?.close();
    expect([first?.over.aborted, another?.over.aborted]).toEqual([true, false]);
  });

  it.each([
    ['scored', SAMPLE, 60_000],
    ['submission_missing', 'pass\n', 60_000],
    ['submission_invalid', 'open("submission.csv", "w").write("a,b\\n1,2\\n")\n', 60_000],
    ['code_failed', 'raise ValueError("no")\n', 60_000],
    ['timed_out', 'while True: pass\n', 1_000],
  ])('answers %s to the program that earns it, with a score for no other', async (mode, code, wallMs) => {
    const feedback = await (await environment({ wallMs })).executeCode(code);

    expect(feedback.mode).toBe(mode);
    expect('score' in feedback).toBe(mode === 'scored');
  });

  it('answers limit_exceeded when the scored submissions of a trial are used up, also after a reset', async () => {
    const trial = await environment({ scoredSubmissions: 1 });
    await trial.executeCode(SAMPLE);
    trial.reset();

    expect(await trial.executeCode(SAMPLE)).toMatchObject({ mode: 'limit_exceeded', message: 'all 1 scored submissions of this trial are used up' });
    expect((await trial.validateCode(SAMPLE)).mode).toBe('scored');
  });

  it('gives programs the public files and nothing else', async () => {
    const trial = await environment();
    const feedback = await trial.executeCode(
      'import os, sys\nfor folder, _, names in os.walk(os.path.dirname(sys.argv[1])):\n    print([name for name in names if name.endswith(".csv")])\n',
    );

    expect(feedback.log).toContain('train.csv');
    expect(feedback.log).not.toContain('test_answer.csv');
  });

  it('validates a program without telling its score', async () => {
    expect(await (await environment()).validateCode(SAMPLE)).toEqual({ mode: 'scored', message: 'the submission is valid', log: '' });
  });

  it('rounds a score to one standard error, so that asking often tells little', () => {
    expect(roundedToError(0.87654, 0.012)).toBe(0.9);
    expect(roundedToError(1234.5, 40)).toBe(1200);
    expect(roundedToError(0.87654, 0.0001, 0.012)).toBe(0.9);
    expect(roundedToError(0.123456789, null)).toBe(0.12);
  });

  it('rounds alike whatever the form of the ids', async () => {
    const guess = (ids: string): string =>
      `import csv, sys\nrows = list(csv.DictReader(open(sys.argv[1] + "/test.csv")))\nwith open("submission.csv", "w") as file:\n    print("id,y", file=file)\n    for row in rows: print(${ids} + "," + str(1.37 * float(row["x"]) + 3.1), file=file)\n`;
    const trial = await environment();

    const [whole, float] = [await trial.executeCode(guess('row["id"]')), await trial.executeCode(guess('row["id"] + ".0"'))];

    expect(whole.mode).toBe('scored');
    expect(float.score).toBe(whole.score);
    expect(String(whole.score).replace(/\D/g, '').length).toBeLessThanOrEqual(2);
  });

  it('blames the package and not the submission where there is nothing to grade with', async () => {
    const trial = await environment({}, { 'utils/metric.py': 'class AMetrics:\n    pass\n\n\nclass BMetrics:\n    pass\n' });

    await expect(trial.executeCode(SAMPLE)).rejects.toThrow(UngradableError);
  });

  it('remembers its steps until it is reset', async () => {
    const trial = await environment();
    await trial.executeCode('pass\n');
    await trial.executeCode(SAMPLE);

    expect(trial.getHistory().map((step) => [step.step, step.feedback.mode])).toEqual([
      [1, 'submission_missing'],
      [2, 'scored'],
    ]);
    trial.reset();
    expect(trial.getHistory()).toEqual([]);
  });
});

describe('a session', () => {
  it('tells a candidate nothing of what a grader says as it breaks', async () => {
    const answers = 'repr((Path(__file__).parent.parent / "data/private/test_answer.csv").read_text())';
    const trial = await environment({}, { 'utils/metric.py': `from pathlib import Path\n\nraise RuntimeError("answers " + ${answers})\n` });

    await expect(trial.executeCode(SAMPLE)).rejects.toThrow(/answers/);
    const reply = await answerLine(JSON.stringify({ action: 'execute_code', code: SAMPLE }), trial);

    expect(reply).toMatchObject({ ok: false, error: { code: 'package_cannot_grade' } });
    expect(JSON.stringify(reply)).not.toContain('answers ');
  });

  it.each([
    ['not json', 'not_json'],
    ['{"action":"fly"}', 'bad_request'],
    ['{"action":"execute_code"}', 'bad_request'],
    [`{"action":"execute_code","code":"${'x'.repeat(5_000_000)}"}`, 'request_too_long'],
  ])('answers a line that it does not understand and goes on', async (line, code) => {
    const trial = await environment();

    expect(await answerLine(line, trial)).toMatchObject({ ok: false, error: { code } });
    expect(await answerLine('{"action":"get_history"}', trial)).toEqual({ ok: true, action: 'get_history', result: [] });
  });

  it('tells the description, the files and the limits', async () => {
    const trial = await environment();

    expect(await answerLine('{"action":"request_info","topic":"description"}', trial)).toMatchObject({ result: 'Guess y.\n' });
    expect(await answerLine('{"action":"request_info","topic":"files"}', trial)).toMatchObject({
      result: expect.not.arrayContaining([expect.objectContaining({ path: expect.stringContaining('answer') as string })]) as unknown,
    });
    expect(await answerLine('{"action":"request_info","topic":"limits"}', trial)).toMatchObject({ result: { scoredSubmissionsLeft: 20 } });
  });
});
