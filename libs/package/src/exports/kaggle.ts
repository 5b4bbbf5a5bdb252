import { createHash } from 'node:crypto';
import {
  ANSWERS,
  copies,
  copy,
  DESCRIPTION,
  METRIC,
  metricClass,
  NotExportableError,
  readme,
  TEST,
  textOf,
  type ExportFile,
  type ExportSource,
  type ExportTarget,
} from './export-source.ts';
import { formatCsv, parseCsv } from './csv-table.ts';
import { exportedText, headerOf, leakComplaints, listComplaints } from './file-list.ts';

/** The share of test units whose score is shown while a competition runs (task-science 8). */
const PUBLIC_SHARE = 0.3;
const USAGE = 'Usage';

function files(source: ExportSource): readonly ExportFile[] {
  const { manifest } = source;
  return [
    readme(
      source,
      'Kaggle',
      'Upload `data/` as the competition data, `solution.csv` as the solution file and `metric.py` as the metric. `score(solution, submission, row_id_column_name)` is its entry; the row id is `' +
        `${manifest.submission.id}\`.`,
      `\`Usage\` puts whole ${manifest.split.kind === 'group' ? 'groups' : manifest.objective === 'ranking' ? 'users' : manifest.series === undefined ? 'rows' : 'series'} of the test data on the public (${PUBLIC_SHARE * 100} %) or on the private board.`,
    ),
    { path: 'solution.csv', text: solution(source) },
    { path: 'metric.py', text: kaggleMetric(source) },
    ...copies(source, 'data/public/', 'data/', (path) => path !== 'description.txt'),
    ...copy(source, DESCRIPTION, 'description.md'),
  ];
}

/** The answers with every column that scoring needs, and which board each row counts for. */
function solution(source: ExportSource): string {
  const { manifest } = source;
  const answers = parseCsv(textOf(source, ANSWERS));
  if (answers.columns.includes(USAGE)) throw new NotExportableError(manifest.id, `its answers have a column ${USAGE}, which Kaggle gives another meaning`);
  const unit = unitOf(source);
  const id = answers.columns.indexOf(manifest.submission.id);
  return formatCsv({ columns: [...answers.columns, USAGE], rows: answers.rows.map((row) => [...row, usage(manifest, unit(row[id] ?? ''))]) });
}

function usage(manifest: ExportSource['manifest'], unit: string): string {
  const drawn = createHash('sha256').update(`${manifest.split.seed}\n${unit}`).digest().readUInt32BE(0) / 2 ** 32;
  return drawn < PUBLIC_SHARE ? 'Public' : 'Private';
}

/** What a test row belongs to: the group of a group split, the series of a forecast, the user of a ranking, else itself. */
function unitOf(source: ExportSource): (id: string) => string {
  const { manifest } = source;
  const group = manifest.split.kind === 'group' ? manifest.columns.find((column) => column.raw === manifest.split.column)?.name : undefined;
  const user = manifest.objective === 'ranking' ? manifest.ratings?.user : undefined;
  const names = group !== undefined ? [group] : user !== undefined ? [user] : (manifest.series?.keys ?? []);
  const test = parseCsv(textOf(source, TEST));
  const places = names.map((name) => test.columns.indexOf(name)).filter((place) => place >= 0);
  if (places.length === 0) return manifest.series === undefined ? (id) => id : () => 'the one series';
  const id = test.columns.indexOf(manifest.submission.id);
  const units = new Map(test.rows.map((row) => [row[id] ?? '', places.map((place) => row[place] ?? '').join('\n') || `row ${row[id] ?? ''}`]));
  return (of) => units.get(of) ?? of;
}

/** The class of metric.py and Kaggle's function around it, in one file: a metric on Kaggle is one module. */
export function kaggleMetric(source: ExportSource): string {
  return `${textOf(source, METRIC).trimEnd()}


class ParticipantVisibleError(Exception):
    """Its message is shown to participants; it never quotes an answer."""


def score(solution: pd.DataFrame, submission: pd.DataFrame, row_id_column_name: str) -> float:
    """The score of a submission; rows of \`solution\` may be those of one board."""
    if row_id_column_name not in submission:
        raise ParticipantVisibleError(f"the submission lacks the column {row_id_column_name}")
    truth = solution.drop(columns=[name for name in ["${USAGE}"] if name in solution])
    metrics = ${metricClass(source)}()
    try:
        metrics.validate_submission(submission, truth)
        value = float(metrics.evaluate(truth, submission))
    except InvalidSubmissionError as error:
        raise ParticipantVisibleError(str(error)) from None
    if not np.isfinite(value):
        raise ParticipantVisibleError("the score is not a finite number")
    return value
`;
}

function complaints(found: readonly ExportFile[], source: ExportSource): readonly string[] {
  const { id, columns } = source.manifest.submission;
  const header = headerOf(found, source, 'solution.csv');
  const sample = headerOf(found, source, 'data/sample_submission.csv');
  const module = exportedText(found, source, 'metric.py');
  return [
    ...listComplaints(found, ['solution.csv', 'metric.py', 'description.md', 'data/train.csv', 'data/test.csv', 'data/sample_submission.csv']),
    ...leakComplaints(found, source, 'data/'),
    ...(header.at(-1) === USAGE ? [] : ['solution.csv lacks Usage']),
    ...(header[0] === id && sample[0] === id ? [] : ['the row id is not the first column of solution and sample']),
    ...columns.filter((column) => !header.includes(column.name)).map((column) => `solution.csv lacks ${column.name}`),
    ...(/^def score\(solution: pd\.DataFrame, submission: pd\.DataFrame, row_id_column_name: str\) -> float:/m.test(module)
      ? []
      : ['metric.py has no function score']),
    ...(/^import numpy as np$/m.test(module) && /^import pandas as pd$/m.test(module) ? [] : ['metric.py lacks numpy or pandas']),
    ...(/\bInvalidSubmissionError\b/.test(module) ? [] : ['metric.py has no InvalidSubmissionError']),
  ];
}

export const KAGGLE: ExportTarget = { summary: 'solution.csv with Usage, metric.py with score(), and the data of a competition', files, complaints };
