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
import { boardsOf, PUBLIC_SHARE, type KaggleBoard } from './kaggle-boards.ts';

const USAGE = 'Usage';

function files(source: ExportSource): readonly ExportFile[] {
  const { manifest } = source;
  const answers = parseCsv(textOf(source, ANSWERS));
  if (answers.columns.includes(USAGE)) throw new NotExportableError(manifest.id, `its answers have a column ${USAGE}, which Kaggle gives another meaning`);
  const unit = unitOf(source);
  const id = answers.columns.indexOf(manifest.submission.id);
  const units = answers.rows.map((row) => unit(row[id] ?? ''));
  const boards = boardsOf(units, manifest.split.seed);
  return [
    readme(
      source,
      'Kaggle',
      'Upload `data/` as the competition data, `solution.csv` as the solution file and `metric.py` as the metric. `score(solution, submission, row_id_column_name)` is its entry; the row id is `' +
        `${manifest.submission.id}\`.`,
      usageText(manifest, boards),
    ),
    {
      path: 'solution.csv',
      // The answers with every column that scoring needs, and which board each row counts for.
      text: formatCsv({ columns: [...answers.columns, USAGE], rows: answers.rows.map((row, at) => [...row, boards.get(units[at] ?? '') ?? 'Private']) }),
    },
    { path: 'metric.py', text: kaggleMetric(source) },
    ...copies(source, 'data/public/', 'data/', (path) => path !== 'description.txt'),
    ...copy(source, DESCRIPTION, 'description.md'),
  ];
}

function usageText(manifest: ExportSource['manifest'], boards: ReadonlyMap<string, KaggleBoard>): string {
  const [one, many] =
    manifest.split.kind === 'group'
      ? ['group', 'groups']
      : manifest.objective === 'ranking'
        ? ['user', 'users']
        : manifest.series === undefined
          ? ['row', 'rows']
          : ['series', 'series'];
  if (boards.size === 1)
    return `The test data is one ${one}, which cannot be shared between boards: \`Usage\` puts all of it on the private board, so the public board stays empty.`;
  const shown = [...boards.values()].filter((board) => board === 'Public').length;
  return `\`Usage\` puts whole ${many} of the test data on the public or on the private board: ${shown} of ${boards.size} ${many} on the public one (each is drawn with ${PUBLIC_SHARE * 100} %, and no board stays empty).`;
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
