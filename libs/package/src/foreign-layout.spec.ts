import type { BundleFile } from './artifact-store.ts';
import { putFiles } from './bundle-files.ts';
import { layoutOf, normalForm } from './foreign-layout.ts';
import { EXPORTS } from './exports/exports.ts';
import { exportablePackage } from './testing/exportable-package.ts';
import { InMemoryArtifactStore } from './testing/in-memory-artifact-store.ts';

/** The normal form of files, path → content. */
async function normal(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const artifacts = new InMemoryArtifactStore();
  const found: readonly BundleFile[] = await normalForm(artifacts, await putFiles(artifacts, files));
  return Object.fromEntries(await Promise.all(found.map(async (file) => [file.path, new TextDecoder().decode(await artifacts.get(file.digest))])));
}

const CONFIG = `id: pears
dataset:
  answers: pears/prepared/private/test.csv
  sample_submission: pears/prepared/public/sampleSubmission.csv
grader:
  name: rmse
  grade_fn: mlebench.competitions.pears.grade:measure
`;
const GRADE = `import numpy as np

from mlebench.competitions.utils import error
from mlebench.grade_helpers import InvalidSubmissionError

from .names import TARGET


def measure(submission, answers):
    if len(submission) != len(answers):
        raise InvalidSubmissionError("rows")
    return error(submission[TARGET], answers[TARGET])
`;
const COMPETITION = {
  'config.yaml': CONFIG,
  'grade.py': GRADE,
  'names.py': 'TARGET = "weight"\n',
  'prepare.py': 'def prepare(raw, public, private): ...\n',
  'description.md': 'Pears, source.\n',
  'leaderboard.csv': 'team,score\na,0.1\nb,0.9\n',
};
const PREPARED = {
  'prepared/public/train.csv': 'id,weight\n1,2\n',
  'prepared/public/sampleSubmission.csv': 'id,weight\n2,0\n',
  'prepared/public/description.md': 'Pears.\n',
  'prepared/private/test.csv': 'id,weight\n2,3\n',
};
const below = (folder: string, files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}${path}`, text]));

describe('the layout of a package', () => {
  it.each([
    ['mle-smith', ['task.json', 'data/public/sample_submission.csv']],
    ['openmle-gym', ['data/public/sample_submission.csv', 'data/private/test_answer.csv']],
    ['openmle-gym', ['overview.csv', 'tasks.txt', 'pears/data/public/sample_submission.csv', 'pears/data/private/test_answer.csv']],
    ['mle-dojo', ['public/sample_submission.csv', 'private/test_answer.csv']],
    ['mle-dojo', ['data/pears/public/sample_submission.csv', 'mledojo/competitions/pears/utils/metric.py']],
    ['mle-bench', ['prepared/public/train.csv', 'grade.py']],
    ['mle-bench', ['data/pears/prepared/private/test.csv']],
    ['unknown', ['notes.md']],
    ['unknown', ['overview.csv', 'pears/data/public/sample_submission.csv', 'plums/data/public/sample_submission.csv']],
  ])('is recognised as %s', (layout, listed) => {
    expect(layoutOf(listed)).toBe(layout);
  });

  it('puts the files of MLE-Dojo where ours lie, with the description of public/ before that of info/', async () => {
    const found = await normal({
      'info/description.txt': 'info',
      'public/description.txt': 'public',
      'public/sample_submission.csv': 's',
      'private/test_answer.csv': 'a',
      'utils/metric.py': 'm',
    });

    expect(found).toEqual({
      'data/public/description.txt': 'public',
      'data/public/sample_submission.csv': 's',
      'data/private/test_answer.csv': 'a',
      'utils/metric.py': 'm',
    });
  });

  it('puts the files of the only task of a folder of OpenMLE-Gym where ours lie', async () => {
    const found = await normal({
      'overview.csv': 'o',
      'tasks.txt': 'pears',
      'pears/data/public/sample_submission.csv': 's',
      'pears/data/private/test_answer.csv': 'a',
      'pears/utils/metric.py': 'm',
      'pears/raw/pears.csv': 'r',
    });

    expect(found).toEqual({
      'overview.csv': 'o',
      'tasks.txt': 'pears',
      'data/public/sample_submission.csv': 's',
      'data/private/test_answer.csv': 'a',
      'utils/metric.py': 'm',
      'raw/pears.csv': 'r',
    });
  });

  it.each(['openmle-gym', 'mle-dojo'] as const)('is told of the export to %s', (format) => {
    const paths = EXPORTS[format].files(exportablePackage()).map((file) => file.path);

    expect(layoutOf(paths)).toBe(format);
  });

  it('puts data and code of MLE-Dojo together where they lie apart', async () => {
    const found = await normal({
      'data/pears/public/sample_submission.csv': 's',
      'data/pears/private/test_answer.csv': 'a',
      'data/pears/private/public_leaderboard.csv': 'b',
      'mledojo/competitions/pears/info/description.txt': 'd',
      'mledojo/competitions/pears/utils/metric.py': 'm',
    });

    expect(Object.keys(found).sort()).toEqual([
      'data/private/test_answer.csv',
      'data/public/description.txt',
      'data/public/sample_submission.csv',
      'info/public_leaderboard.csv',
      'utils/metric.py',
    ]);
  });

  it.each([
    ['its code and data side by side', { ...COMPETITION, ...PREPARED }],
    [
      'its code in the folder that the tool has and its data below its id',
      { ...below('mlebench/competitions/pears/', COMPETITION), ...below('pears/', PREPARED) },
    ],
    ['its data below data/', { ...below('mlebench/competitions/pears/', COMPETITION), ...below('data/pears/', PREPARED) }],
  ])('puts a prepared competition of mle-bench where ours lie, with %s', async (_case, files) => {
    const found = await normal({ ...files, 'mlebench/competitions/utils.py': 'def error(one, other):\n    return 0.5\n' });

    expect(found).toMatchObject({
      'data/public/train.csv': 'id,weight\n1,2\n',
      'data/public/sample_submission.csv': 'id,weight\n2,0\n',
      'data/public/description.txt': 'Pears.\n',
      'data/private/test_answer.csv': 'id,weight\n2,3\n',
      'utils/prepare.py': COMPETITION['prepare.py'],
      'utils/grade.py': GRADE,
    });
  });

  it('makes a class of a grade function, with what it imports in place and the direction of the leaderboard', async () => {
    const found = await normal({ ...COMPETITION, ...PREPARED, 'mlebench/competitions/utils.py': 'def error(one, other):\n    return 0.5\n' });

    const metric = found['utils/metric.py'] ?? '';
    expect(metric).not.toMatch(/^from (mlebench|\.)/m);
    expect(metric).toContain('TARGET = "weight"');
    expect(metric).toContain('def error(one, other):');
    expect(metric).toContain('class InvalidSubmissionError(Exception):');
    expect(metric).toContain('return measure(y_pred, y_true)');
    expect(metric).toContain('higher_is_better: bool = False');
  });

  it('leaves an import of mle-bench that nothing in the folder answers, so that the verdict names it', async () => {
    const found = await normal({ ...COMPETITION, ...PREPARED });

    expect(found['utils/metric.py']).toContain('from mlebench.competitions.utils import error');
  });
});
