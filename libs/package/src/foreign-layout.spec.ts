import { layoutOf, normalForm } from './foreign-layout.ts';

function files(...paths: string[]): { path: string; digest: string; bytes: number }[] {
  return paths.map((path) => ({ path, digest: `sha256:${path}`, bytes: 1 }));
}

describe('the layout of a package', () => {
  it.each([
    ['mle-smith', files('task.json', 'data/public/sample_submission.csv')],
    ['openmle-gym', files('data/public/sample_submission.csv', 'data/private/test_answer.csv')],
    ['mle-dojo', files('public/sample_submission.csv', 'private/test_answer.csv')],
    ['unknown', files('notes.md')],
  ])('is recognised as %s', (layout, listed) => {
    expect(layoutOf(listed.map((file) => file.path))).toBe(layout);
  });

  it('puts the files of MLE-Dojo where ours lie, with the description of public/ before that of info/', () => {
    const normal = normalForm(
      files('info/description.txt', 'public/description.txt', 'public/sample_submission.csv', 'private/test_answer.csv', 'utils/metric.py'),
    );

    expect(normal.map((file) => file.path)).toEqual([
      'data/public/description.txt',
      'data/public/sample_submission.csv',
      'data/private/test_answer.csv',
      'utils/metric.py',
    ]);
    expect(normal[0]?.digest).toBe('sha256:public/description.txt');
  });
});
