import type { ArtifactStore, BundleFile } from './artifact-store.ts';
import { putFiles } from './bundle-files.ts';

/** Stand-ins for the two things of mle-bench that most graders import; its package is in no sandbox. */
const STAND_INS: Readonly<Record<string, string>> = {
  'mlebench.grade_helpers': 'class InvalidSubmissionError(Exception):\n    """The submission cannot be graded."""\n',
  'mlebench.utils': 'from logging import getLogger as get_logger\n',
};

const PREPARED = /^(.*?)prepared\/(public|private)\//;
const IMPORT = /^from (\.?[\w.]+) import (?:\([^)]*\)|.+)$/gm;

/** The folder that holds `prepared/`, with its slash; undefined where there is none. */
export function preparedFolder(paths: readonly string[]): string | undefined {
  return paths.map((path) => PREPARED.exec(path)?.[1]).find((folder) => folder !== undefined);
}

/** Where a prepared competition of mle-bench lies: `data` holds `prepared/`, `code` holds grade.py; both end with a slash or are empty. */
function placesIn(paths: readonly string[]): { data: string; code: string } {
  const data = preparedFolder(paths) ?? '';
  const coded = paths.filter((path) => /(^|\/)grade\.py$/.test(path)).map((path) => path.slice(0, -'grade.py'.length));
  const id = data.split('/').at(-2);
  return { data, code: coded.find((folder) => id !== undefined && folder.endsWith(`/${id}/`)) ?? coded[0] ?? '' };
}

/**
 * The files of a prepared competition of mle-bench where a package of ours has them. Its grade function becomes a class of
 * metric.py, with the modules that it imports and that lie in the folder put in their place.
 */
export async function fromMleBench(artifacts: ArtifactStore, files: readonly BundleFile[]): Promise<BundleFile[]> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const { data, code } = placesIn([...byPath.keys()]);
  const read = async (path: string): Promise<string> => {
    const file = byPath.get(path);
    return file === undefined ? '' : new TextDecoder().decode(await artifacts.get(file.digest));
  };
  const config = await read(`${code}config.yaml`);
  const named = (key: string): string | undefined => new RegExp(`^\\s+${key}:\\s*(\\S+)`, 'm').exec(config)?.[1]?.split('/').at(-1);
  const names = {
    answers: named('answers') ?? onlyTable([...byPath.keys()], `${data}prepared/private/`) ?? 'test_answer.csv',
    sample:
      named('sample_submission') ??
      [...byPath.keys()]
        .find((path) => /prepared\/public\/sample_?submission[^/]*\.csv$/i.test(path))
        ?.split('/')
        .at(-1) ??
      'sample_submission.csv',
  };
  const moved = new Map<string, BundleFile>();
  for (const file of files) {
    const path = normalPath(file.path, data, code, names);
    // The description that participants read is the one of the data; the code holds its source.
    if (!moved.has(path) || file.path.startsWith(`${data}prepared/`)) moved.set(path, { ...file, path });
  }
  const grader = await read(`${code}grade.py`);
  if (grader !== '') {
    const modules = new Map<string, string>();
    for (const [path] of byPath) if (path.endsWith('.py')) modules.set(path, await read(path));
    const name = /^\s+grade_fn:\s*\S+:(\w+)/m.exec(config)?.[1] ?? 'grade';
    const source = metricSource(inlined(grader, code, modules, new Set()), name, await read(`${code}leaderboard.csv`));
    for (const file of await putFiles(artifacts, { 'utils/metric.py': source })) moved.set(file.path, file);
  }
  return [...moved.values()];
}

function normalPath(path: string, data: string, code: string, names: { answers: string; sample: string }): string {
  if (path === `${data}prepared/private/${names.answers}`) return 'data/private/test_answer.csv';
  if (path === `${data}prepared/public/${names.sample}`) return 'data/public/sample_submission.csv';
  if (path === `${data}prepared/public/description.md` || path === `${code}description.md`) return 'data/public/description.txt';
  if (path.startsWith(`${data}prepared/`)) return `data/${path.slice(`${data}prepared/`.length)}`;
  if (path.startsWith(`${data}raw/`)) return `raw/${path.slice(`${data}raw/`.length)}`;
  if (path === `${code}prepare.py`) return 'utils/prepare.py';
  if (path === `${code}grade.py`) return 'utils/grade.py';
  return path;
}

/** The one CSV file of a folder; undefined where there are none or several. */
function onlyTable(paths: readonly string[], folder: string): string | undefined {
  const tables = paths.filter((path) => path.startsWith(folder) && path.endsWith('.csv'));
  return tables.length === 1 ? tables[0]?.slice(folder.length) : undefined;
}

/** A program with the imports that a sandbox does not have replaced by what they import: files of the folder, else the stand-ins. */
function inlined(text: string, code: string, modules: ReadonlyMap<string, string>, seen: ReadonlySet<string>): string {
  return text.replace(IMPORT, (line, module: string) => {
    if (!module.startsWith('.') && !module.startsWith('mlebench')) return line;
    if (seen.has(module)) return '';
    const path = module.startsWith('.') ? `${code}${module.slice(1).replaceAll('.', '/')}.py` : `${module.replaceAll('.', '/')}.py`;
    const found = modules.get(path) ?? STAND_INS[module];
    return found === undefined ? line : inlined(found.replace(/^from __future__ .*$/m, ''), code, modules, new Set([...seen, module])).trimEnd();
  });
}

/** The grade function in the form of a class, so that the same checks apply. mle-bench reads the direction off the order of the leaderboard. */
function metricSource(grader: string, name: string, board: string): string {
  const [header = '', ...lines] = board.trim().split(/\r?\n/);
  const place = header.split(',').indexOf('score');
  const scores = lines.map((line) => Number(line.split(',')[place]));
  const higher = !((scores[0] ?? 0) < (scores.at(-1) ?? 0));
  return `${grader.trimEnd()}


class GradeMetrics:
    """${name}(submission, answers) of grade.py in the form of a class. ${higher ? 'Higher' : 'Lower'} is better, as the leaderboard has it."""

    def __init__(self, higher_is_better: bool = ${higher ? 'True' : 'False'}):
        self.higher_is_better = higher_is_better

    def evaluate(self, y_true, y_pred):
        return ${name}(y_pred, y_true)

    def validate_submission(self, submission, ground_truth):
        ${name}(submission, ground_truth)
        return "Submission is valid."
`;
}
