import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { METRICS } from '@mle-smith/contracts';
import { EXPORTS, NotExportableError } from '@mle-smith/package';
import { examplePackage, sourceOf } from '../testing/example-package.ts';
import { temporaryFolder } from '../testing/run-cli.ts';
import { PYTHON, validators } from '../testing/validators.ts';

type Scores = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

const packages = validators();
const withValidators = packages === undefined ? describe.skip : describe;

/** A folder a metric of the catalogue, with the package and all its exports. */
function lay(root: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const metric of Object.values(METRICS)) {
    const made = examplePackage(metric);
    const folder = join(root, made.manifest.id);
    for (const [path, text] of Object.entries(made.files)) write(join(folder, 'native', path), text);
    for (const [name, target] of Object.entries(EXPORTS)) {
      try {
        for (const file of target.files(sourceOf(made)))
          write(join(folder, 'exports', name, file.path), 'text' in file ? file.text : (made.files[file.from] ?? ''));
      } catch (error) {
        if (!(error instanceof NotExportableError)) throw error;
      }
    }
  }
}

withValidators('exports of a package of each metric', () => {
  const root = temporaryFolder();
  let found: Readonly<Record<string, { readonly scores: Scores; readonly hostile: Scores }>> = {};

  beforeAll(() => {
    lay(root);
    const text = execFileSync(PYTHON, [join(import.meta.dirname, '..', 'testing', 'score_exports.py'), root], {
      env: { PYTHONPATH: packages },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    found = JSON.parse(text) as typeof found;
  }, 120_000);

  it('score five submissions as the package does, to 1e-9', () => {
    const differing = Object.entries(found).flatMap(([task, { scores }]) =>
      Object.entries(scores).flatMap(([submission, forms]) =>
        Object.entries(forms)
          .filter(([, score]) => typeof score !== 'number' || typeof forms['native'] !== 'number' || Math.abs(score - forms['native']) > 1e-9)
          .map(([form, score]) => `${task} ${submission} ${form}: ${score} for ${forms['native'] ?? ''}`),
      ),
    );

    expect(differing).toEqual([]);
    expect(Object.keys(found)).toHaveLength(Object.keys(METRICS).length);
    for (const { scores } of Object.values(found)) {
      expect(Object.keys(scores)).toHaveLength(5);
      expect(Object.keys(scores['perfect'] ?? {})).toEqual(expect.arrayContaining(['native', 'mle-dojo', 'openmle-gym', 'mle-bench', 'harbor', 'kaggle']));
    }
    expect(Object.keys(found['orchard--rmse']?.scores['perfect'] ?? {})).toContain('openml');
  });

  it('refuse every submission that the package refuses', () => {
    const scored = Object.entries(found).flatMap(([task, { hostile }]) =>
      Object.entries(hostile).flatMap(([submission, forms]) =>
        Object.entries(forms)
          .filter(([, score]) => typeof score === 'number')
          .map(([form]) => `${task} ${submission} ${form}`),
      ),
    );

    expect(scored).toEqual([]);
  });
});
