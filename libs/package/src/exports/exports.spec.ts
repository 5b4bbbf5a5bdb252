import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportablePackage } from '../testing/exportable-package.ts';
import { EXPORTS, checkExports, exportPackage, type ExportName } from './exports.ts';
import type { ExportFile, ExportSource } from './export-source.ts';
import { PACKAGES } from './harbor.ts';

const FORMATS = Object.keys(EXPORTS) as ExportName[];
const SECRET = 'Q7-answer';

/** The files of an export with one of them changed, taken away or added. */
function changed(files: readonly ExportFile[], path: string, text?: string | RegExp, by = ''): ExportFile[] {
  const others = files.filter((file) => file.path !== path);
  if (text === undefined) return others;
  const found = files.find((file) => file.path === path);
  const old = found !== undefined && 'text' in found ? found.text : '';
  return [...others, { path, text: typeof text === 'string' ? text : old.replace(text, by) }];
}

function complaintsOf(format: ExportName, source: ExportSource, change: (files: readonly ExportFile[]) => readonly ExportFile[]): readonly string[] {
  return EXPORTS[format].complaints(change(EXPORTS[format].files(source)), source);
}

describe('exports', () => {
  it.each(FORMATS)('to %s fulfil its contract, twice alike', (format) => {
    const source = exportablePackage();

    const files = EXPORTS[format].files(source);

    expect(EXPORTS[format].complaints(files, source)).toEqual([]);
    expect(EXPORTS[format].files(source)).toEqual(files);
  });

  it.each<[ExportName, string, (files: readonly ExportFile[]) => readonly ExportFile[], string]>([
    ['mle-dojo', 'a file is missing', (files) => changed(files, 'data/pears--ripe/public/sample_submission.csv'), 'sample_submission.csv is missing'],
    [
      'mle-dojo',
      'the board is worst first',
      (files) => changed(files, 'data/pears--ripe/private/private_leaderboard.csv', 'rank,score\n1,0.2\n2,0.9\n'),
      'not best first',
    ],
    ['openmle-gym', 'the overview lacks the task', (files) => changed(files, 'overview.csv', 'Name\n'), 'no row of the task'],
    ['openmle-gym', 'there is no raw data', (files) => files.filter((file) => !file.path.includes('/raw')), 'neither raw/ nor raw.txt'],
    [
      'mle-bench',
      'one score stands alone',
      (files) => changed(files, 'mlebench/competitions/pears--ripe/leaderboard.csv', 'score\n0.5\n'),
      'two distinct scores',
    ],
    [
      'mle-bench',
      'config.yaml names other answers',
      (files) => changed(files, 'mlebench/competitions/pears--ripe/config.yaml', /test_answer/, 'answers'),
      'not there',
    ],
    ['harbor', 'the environment gets the grader', (files) => [...files, { path: 'environment/data/metric.py', from: 'utils/metric.py' }], 'no public file'],
    [
      'harbor',
      'the environment gets the answers',
      (files) => [...files, { path: 'environment/data/more.csv', from: 'data/private/test_answer.csv' }],
      'the answers',
    ],
    ['harbor', 'the verifier shares the environment', (files) => changed(files, 'task.toml', /"separate"/, '"shared"'), 'shares the environment'],
    ['harbor', 'old reward files stay', (files) => changed(files, 'tests/test.sh', /rm -f/, 'true'), 'not deleted'],
    ['kaggle', 'Usage is missing', (files) => changed(files, 'solution.csv', 'id,ripe\n1,0\n'), 'lacks Usage'],
    ['kaggle', 'score takes other arguments', (files) => changed(files, 'metric.py', /def score\(solution/, 'def score(answers'), 'no function score'],
    ['croissant', 'the answers are shipped', (files) => [...files, { path: 'data/test_answer.csv', from: 'data/private/test_answer.csv' }], 'the answers'],
    ['croissant', 'a digest is wrong', (files) => changed(files, 'croissant.json', /"sha256": "./, '"sha256": "x'), 'digest'],
    ['openml', 'the split forgets a row', (files) => changed(files, 'splits.arff', /TEST,\d+,0,0\n$/, ''), 'other rows'],
  ])('to %s are refused where %s', (format, _case, change, complaint) => {
    const found = complaintsOf(format, exportablePackage(), change);

    expect(found.join('\n')).toContain(complaint);
  });

  it('pass on no cell of data that may not be passed on, unless that is asked for', () => {
    const source = exportablePackage({ local: true });

    for (const format of FORMATS) {
      const { form, files } = exportPackage(source, format, false);

      expect(form).toBe('recipe');
      expect(files.filter((file) => 'from' in file).map((file) => ('from' in file ? file.from : ''))).toEqual(
        expect.arrayContaining(['raw.txt', 'utils/prepare.py', 'task.json', 'verification/assert.json']),
      );
      const texts = files.map((file) => ('text' in file ? file.text : file.from.startsWith('data/') ? new TextDecoder().decode(source.bytes(file.from)) : ''));
      expect(texts.join('\n')).not.toContain(SECRET);
    }
    expect(exportPackage(source, 'kaggle', true).form).toBe('whole');
  });

  it('name the formats that cannot hold a task: no scores, no board; no task type, no OpenML', () => {
    expect(checkExports(exportablePackage({ verified: false }))).toEqual({
      complaints: [],
      checked: ['openmle-gym', 'kaggle', 'croissant', 'openml'],
      impossible: ['mle-dojo', 'mle-bench', 'harbor'],
    });
    expect(checkExports(exportablePackage({ objective: 'tags' })).impossible).toEqual(['openml']);
  });

  it('keep the columns of the answers that only scoring needs, and out of what solvers see', () => {
    const source = exportablePackage({ extra: true });

    const solution = EXPORTS.kaggle.files(source).find((file) => file.path === 'solution.csv');

    expect(solution !== undefined && 'text' in solution ? solution.text.split('\n')[0] : '').toBe('id,ripe,scale,Usage');
    expect(checkExports(source).complaints).toEqual([]);
  });

  it('put all rows of a group on one board', () => {
    const source = exportablePackage({ group: true });

    const solution = EXPORTS.kaggle.files(source).find((file) => file.path === 'solution.csv');
    const rows = (solution !== undefined && 'text' in solution ? solution.text : '').trim().split('\n').slice(1);

    const usage = (parity: number): Set<string> =>
      new Set(
        rows
          .map((row) => row.split(','))
          .filter(([id]) => Number(id) % 2 === parity)
          .map((cells) => cells.at(-1) ?? ''),
      );
    expect([usage(0).size, usage(1).size]).toEqual([1, 1]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('give both boards rows where there are two groups, with seed %i', (seed) => {
    const source = exportablePackage({ group: true });
    const { manifest } = source;
    const seeded = { ...source, manifest: { ...manifest, split: { ...manifest.split, seed } } };

    const solution = EXPORTS.kaggle.files(seeded).find((file) => file.path === 'solution.csv');
    const rows = (solution !== undefined && 'text' in solution ? solution.text : '').trim().split('\n').slice(1);

    expect([...new Set(rows.map((row) => row.split(',').at(-1)))].sort()).toEqual(['Private', 'Public']);
  });

  it('put a test part of one group on the private board, and say so', () => {
    const source = exportablePackage({ group: true });
    const oneGroup = {
      ...source,
      bytes: (path: string) => new TextEncoder().encode(new TextDecoder().decode(source.bytes(path)).replaceAll(',south,', ',north,')),
    };

    const texts = new Map(EXPORTS.kaggle.files(oneGroup).map((file) => [file.path, 'text' in file ? file.text : '']));

    expect(texts.get('solution.csv')).not.toContain('Public');
    expect(texts.get('README.md')).toContain('the public board stays empty');
  });

  it("install the versions of the lock in Harbor's images", async () => {
    const lock = await readFile(join(import.meta.dirname, '..', '..', '..', 'mle-env', 'requirements.lock'), 'utf8');

    const stale = Object.entries(PACKAGES).filter(([name, version]) => !new RegExp(`^${name}==${version.replaceAll('.', '\\.')} `, 'm').test(lock));

    expect(stale).toEqual([]);
  });
});
