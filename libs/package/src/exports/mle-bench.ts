import { createHash } from 'node:crypto';
import { boardComplaints, SYNTHETIC, syntheticScores } from './board.ts';
import {
  copies,
  copy,
  DESCRIPTION,
  METRIC,
  metricClass,
  PREPARE,
  readme,
  textOf,
  type ExportFile,
  type ExportSource,
  type ExportTarget,
} from './export-source.ts';
import { exportedText, leakComplaints, listComplaints } from './file-list.ts';

/** Endings of the files at the top of a folder whose digests mle-bench compares. */
const CHECKED = /^[^/]+\.(csv|jsonl?|parquet|bson)$/;

function places({ manifest: { id } }: ExportSource): { data: string; code: string } {
  return { data: `data/${id}/`, code: `mlebench/competitions/${id}/` };
}

function files(source: ExportSource): readonly ExportFile[] {
  const { id } = source.manifest;
  const { data, code } = places(source);
  const board = syntheticScores(source);
  return [
    readme(
      source,
      'mle-bench',
      `Copy \`${code}\` into a checkout of mle-bench. The data is prepared: \`mlebench grade-sample SUBMISSION ${id} --data-dir data\` scores a submission without a download.`,
      SYNTHETIC,
    ),
    { path: `${code}config.yaml`, text: config(source) },
    { path: `${code}grade.py`, text: gradeProgram(source) },
    { path: `${code}checksums.yaml`, text: checksums(source) },
    { path: `${code}leaderboard.csv`, text: `score\n${board.map((score) => `${score}\n`).join('')}` },
    ...copy(source, PREPARE, `${code}prepare.py`),
    ...copy(source, DESCRIPTION, `${code}description.md`),
    ...copy(source, DESCRIPTION, `${code}description_obfuscated.md`),
    ...copies(source, 'data/public/', `${data}prepared/public/`, (path) => path !== 'description.txt'),
    ...copy(source, DESCRIPTION, `${data}prepared/public/description.md`),
    ...copies(source, 'data/private/', `${data}prepared/private/`),
    ...copies(source, 'raw/', `${data}raw/`),
    ...copy(source, 'raw.txt', `${data}raw.txt`),
  ];
}

function config({ manifest: { id, title, metric } }: ExportSource): string {
  const module = `mlebench.competitions.${id}`;
  return `id: ${id}
name: ${JSON.stringify(title)}
competition_type: simple
awards_medals: false
prizes: null
description: mlebench/competitions/${id}/description.md

dataset:
  answers: ${id}/prepared/private/test_answer.csv
  sample_submission: ${id}/prepared/public/sample_submission.csv

grader:
  name: ${metric.name}
  grade_fn: ${module}.grade:grade

preparer: ${module}.prepare:prepare
`;
}

/** grade.py: the class of metric.py, under a name of its own, behind mle-bench's function. */
export function gradeProgram(source: ExportSource): string {
  const name = metricClass(source);
  return `${textOf(source, METRIC)
    .replace(new RegExp(`\\b${name}\\b`, 'g'), 'TaskMetric')
    .trimEnd()}


try:
    from mlebench.grade_helpers import InvalidSubmissionError as Refused
except ImportError:
    Refused = InvalidSubmissionError


def grade(submission: pd.DataFrame, answers: pd.DataFrame) -> float:
    metric = TaskMetric()
    try:
        metric.validate_submission(submission, answers)
        score = float(metric.evaluate(answers, submission))
    except InvalidSubmissionError as error:
        raise Refused(str(error)) from None
    if not np.isfinite(score):
        raise Refused("the score is not a finite number")
    return score
`;
}

function checksums(source: ExportSource): string {
  const lines = (folder: string): string =>
    source.paths
      .filter((path) => path.startsWith(folder) && CHECKED.test(path.slice(folder.length)))
      .map((path) => `  ${path.slice(folder.length)}: ${createHash('md5').update(source.bytes(path)).digest('hex')}\n`)
      .join('');
  return `private:\n${lines('data/private/')}public:\n${lines('data/public/')}`;
}

function complaints(found: readonly ExportFile[], source: ExportSource): readonly string[] {
  const { id, metric } = source.manifest;
  const { data, code } = places(source);
  const board = exportedText(found, source, `${code}leaderboard.csv`).trim().split('\n');
  const settings = exportedText(found, source, `${code}config.yaml`);
  return [
    ...listComplaints(found, [
      ...['config.yaml', 'prepare.py', 'grade.py', 'description.md', 'leaderboard.csv', 'checksums.yaml'].map((name) => `${code}${name}`),
      ...['train.csv', 'test.csv', 'sample_submission.csv', 'description.md'].map((name) => `${data}prepared/public/${name}`),
      `${data}prepared/private/test_answer.csv`,
    ]),
    ...leakComplaints(found, source, `${data}prepared/public/`),
    ...(id.includes('.') ? ['the id has a dot'] : []),
    ...(board[0] === 'score' ? [] : ['the leaderboard has no column score']),
    ...boardComplaints(board.slice(1).map(Number), metric.direction),
    ...['answers', 'sample_submission'].flatMap((key) => {
      const path = new RegExp(`^  ${key}: (.+)$`, 'm').exec(settings)?.[1] ?? '';
      return found.some((file) => file.path === `data/${path}`) ? [] : [`config.yaml names ${key} that are not there`];
    }),
    ...(/^def prepare\(raw: Path, public: Path, private: Path\)/m.test(exportedText(found, source, `${code}prepare.py`))
      ? []
      : ['prepare has another signature']),
    ...(/^def grade\(submission: pd\.DataFrame, answers: pd\.DataFrame\)/m.test(exportedText(found, source, `${code}grade.py`))
      ? []
      : ['grade has another signature']),
  ];
}

export const MLE_BENCH: ExportTarget = {
  summary: 'mlebench/competitions/<id> and data/<id>/prepared/{public,private} with a synthetic leaderboard',
  files,
  complaints,
};
