import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExportReport, METRICS } from '@mle-smith/contracts';
import { examplePackage, type ExampleChanges } from '../testing/example-package.ts';
import { digests, runCli, temporaryFolder } from '../testing/run-cli.ts';

/** A package on disk. */
function lay(root: string, name: string, changes: ExampleChanges = {}): string {
  const folder = join(root, name);
  for (const [path, text] of Object.entries(examplePackage(METRICS.rmse, { id: name, ...changes }).files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('export', () => {
  const root = temporaryFolder();
  const out = (name: string): string => join(root, 'out', name);
  const exporting = (name: string, ...rest: readonly string[]): ReturnType<typeof runCli> => runCli(['export', ...rest, '--out', out(name), '--json']);

  it('writes a folder a task, again the same, and leaves starter tasks out with a word', async () => {
    const tasks = [lay(root, 'one'), lay(root, 'two'), lay(root, 'easy', { difficulty: 'starter' })];

    const first = await exporting('a', ...tasks, '--to', 'mle-bench');
    const before = await digests(out('a'));
    const second = await exporting('a', ...tasks, '--to', 'mle-bench');

    const report = ExportReport.parse(JSON.parse(first.stdout));
    expect(first.code).toBe(0);
    expect(report.exported.map(({ id, form, state }) => [id, form, state])).toEqual([
      ['one', 'whole', 'written'],
      ['two', 'whole', 'written'],
    ]);
    expect(report.skipped.map(({ id, code }) => [id, code])).toEqual([['easy', 'starter']]);
    expect(readdirSync(out('a')).sort()).toEqual(['one', 'two']);
    expect(ExportReport.parse(JSON.parse(second.stdout)).exported.map(({ state }) => state)).toEqual(['unchanged', 'unchanged']);
    expect(await digests(out('a'))).toEqual(before);
  });

  it('refuses a place that holds something else, writes nothing then, and replaces it with --force', async () => {
    const tasks = [lay(root, 'three'), lay(root, 'four')];
    mkdirSync(join(out('b'), 'four'), { recursive: true });
    writeFileSync(join(out('b'), 'four', 'mine.txt'), 'mine');

    const refused = await exporting('b', ...tasks, '--to', 'kaggle');
    const left = readdirSync(out('b'));
    const forced = await exporting('b', ...tasks, '--to', 'kaggle', '--force');

    expect(refused.code).toBe(78);
    expect(refused.stderr).toContain('something else is there already');
    expect(left).toEqual(['four']);
    expect(forced.code).toBe(0);
    expect(existsSync(join(out('b'), 'four', 'mine.txt'))).toBe(false);
    expect(readdirSync(out('b')).sort()).toEqual(['four', 'three']);
  });

  it('passes on the recipe alone of data that must stay, and the data where this machine asks for it', async () => {
    const task = lay(root, 'local', { local: true });

    const recipe = await runCli(['export', task, '--to', 'harbor', '--out', out('c')]);
    const whole = await exporting('d', task, '--to', 'harbor', '--include-local-data');

    expect(recipe.code).toBe(0);
    expect(recipe.stdout).toContain('the recipe only');
    const passedOn = Object.keys(await digests(out('c')));
    expect(passedOn.filter((path) => /\.csv$|description/.test(path))).toEqual([]);
    expect(passedOn.filter((path) => readFileSync(join(out('c'), path), 'utf8').includes('Predict `y`'))).toEqual([]);
    expect(readFileSync(join(out('c'), 'local', 'README.md'), 'utf8')).toContain('This folder holds no data');
    expect(ExportReport.parse(JSON.parse(whole.stdout)).exported[0]?.form).toBe('whole');
  });

  it('refuses what is no package, what is not verified and what was changed, each with its sentence', async () => {
    const [good, unverified, edited] = [lay(root, 'good'), lay(root, 'unverified', { verified: false }), lay(root, 'edited')];
    writeFileSync(join(edited, 'data/private/test_answer.csv'), 'id,y\n0,1\n');
    mkdirSync(join(root, 'empty'), { recursive: true });
    const answers = await Promise.all([
      exporting('e', good, unverified, '--to', 'openmle-gym'),
      exporting('e', edited, '--to', 'openmle-gym'),
      exporting('e', join(root, 'empty'), '--to', 'openmle-gym'),
      exporting('e', join(root, 'nowhere'), '--to', 'openmle-gym'),
      exporting('f', unverified, '--to', 'openmle-gym', '--unverified'),
      exporting('e', unverified, '--to', 'harbor', '--unverified'),
    ]);

    expect(answers.map(({ code }) => code)).toEqual([1, 1, 2, 2, 0, 1]);
    expect(answers.map(({ stderr }) => /not verified|not those of the package|no task package|cannot be read|needs the scores/.exec(stderr)?.[0])).toEqual([
      'not verified',
      'not those of the package',
      'no task package',
      'cannot be read',
      undefined,
      'needs the scores',
    ]);
    expect(existsSync(out('e'))).toBe(false);
  });
});
