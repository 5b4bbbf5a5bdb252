import type { MetricName, Objective } from '@mle-smith/contracts';
import { canonicalJson } from '../canonical-json.ts';
import { columnTypes } from './column-types.ts';
import { parseCsv, type CsvTable } from './csv-table.ts';
import {
  ANSWERS,
  copy,
  DESCRIPTION,
  METRIC,
  NotExportableError,
  readme,
  TEST,
  textOf,
  TRAIN,
  type ExportFile,
  type ExportSource,
  type ExportTarget,
} from './export-source.ts';
import { exportedText, listComplaints } from './file-list.ts';

/** OpenML's task types; what is asked in other ways has none. */
const TASK_TYPES: Partial<Readonly<Record<Objective, { id: number; name: string }>>> = {
  binary: { id: 1, name: 'Supervised Classification' },
  multiclass: { id: 1, name: 'Supervised Classification' },
  ordinal: { id: 1, name: 'Supervised Classification' },
  regression: { id: 2, name: 'Supervised Regression' },
  count: { id: 2, name: 'Supervised Regression' },
};

/** OpenML's measures that compute the same number; other metrics are described and shipped as metric.py. */
const MEASURES: Partial<Readonly<Record<MetricName, string>>> = {
  roc_auc: 'area_under_roc_curve',
  accuracy: 'predictive_accuracy',
  rmse: 'root_mean_squared_error',
  mae: 'mean_absolute_error',
};

/** Kinds of columns whose cells name files, which a single table cannot hold. */
const MEDIA = ['image', 'audio', 'sequence'];

function files(source: ExportSource): readonly ExportFile[] {
  const { manifest } = source;
  const type = TASK_TYPES[manifest.objective];
  if (type === undefined) throw new NotExportableError(manifest.id, `OpenML has no task type for the objective ${manifest.objective}`);
  if (manifest.columns.some((column) => MEDIA.includes(column.type)))
    throw new NotExportableError(manifest.id, 'an OpenML dataset is one table, and this task comes with files');
  const { table, trainRows, testRows } = whole(source);
  const target = manifest.target.name;
  const measure = MEASURES[manifest.metric.name as MetricName];
  return [
    readme(
      source,
      'OpenML',
      'OpenML keeps training and test rows in one table and publishes the split: **`dataset.arff` holds the answers of the test rows.** Keep it from whoever is to solve the task.',
      measure === undefined
        ? `OpenML has no measure that is \`${manifest.metric.name}\`; \`metric.py\` computes it.`
        : `OpenML's measure \`${measure}\` is \`${manifest.metric.name}\`.`,
    ),
    { path: 'dataset.arff', text: arff(source, table, type.id === 1) },
    {
      path: 'dataset.json',
      text: canonicalJson({
        name: manifest.id,
        description: `${manifest.title}. ${manifest.question.question}`,
        format: 'ARFF',
        licence: manifest.licence.text,
        original_data_url: manifest.dataset.origin ?? null,
        default_target_attribute: target,
        row_id_attribute: manifest.submission.id,
        version_label: manifest.revision,
      }),
    },
    {
      path: 'task.json',
      text: canonicalJson({
        task_type: type.name,
        task_type_id: type.id,
        source_data: { data_set: 'dataset.arff', target_feature: target },
        estimation_procedure: {
          type: 'holdout',
          data_splits: 'splits.arff',
          parameters: {
            number_repeats: 1,
            number_folds: 1,
            percentage: Number(((100 * testRows) / (trainRows + testRows)).toFixed(2)),
            stratified_sampling: manifest.split.kind === 'stratified',
          },
        },
        evaluation_measures: measure === undefined ? [] : [measure],
        metric: { name: manifest.metric.name, direction: manifest.metric.direction, program: 'metric.py' },
      }),
    },
    { path: 'splits.arff', text: splits(trainRows, testRows) },
    ...copy(source, METRIC, 'metric.py'),
    ...copy(source, DESCRIPTION, 'description.md'),
  ];
}

/** All rows with their targets, the training rows first and the test rows in the order of test.csv. */
function whole(source: ExportSource): { table: CsvTable; trainRows: number; testRows: number } {
  const [train, test, answers] = [TRAIN, TEST, ANSWERS].map((path) => parseCsv(textOf(source, path))) as [CsvTable, CsvTable, CsvTable];
  const { id } = source.manifest.submission;
  const known = new Map(answers.rows.map((row) => [row[answers.columns.indexOf(id)] ?? '', row]));
  const rows = test.rows.map((row) => {
    const answer = known.get(row[test.columns.indexOf(id)] ?? '') ?? [];
    return train.columns.map((name) => (test.columns.includes(name) ? row[test.columns.indexOf(name)] : answer[answers.columns.indexOf(name)]) ?? '');
  });
  return { table: { columns: train.columns, rows: [...train.rows, ...rows] }, trainRows: train.rows.length, testRows: rows.length };
}

function arff({ manifest }: ExportSource, table: CsvTable, nominal: boolean): string {
  const types = columnTypes([table]);
  const target = table.columns.indexOf(manifest.target.name);
  const labels = [...new Set(table.rows.map((row) => row[target] ?? ''))].sort();
  const kinds = table.columns.map((name, index) => (index === target && nominal ? 'nominal' : types[name] === 'text' ? 'STRING' : 'NUMERIC'));
  const cell = (text: string, index: number): string => (text === '' ? '?' : kinds[index] === 'NUMERIC' ? text : quoted(text));
  return [
    `@RELATION ${quoted(manifest.id)}`,
    '',
    ...table.columns.map(
      (name, index) => `@ATTRIBUTE ${quoted(name)} ${kinds[index] === 'nominal' ? `{${labels.map(quoted).join(', ')}}` : (kinds[index] ?? '')}`,
    ),
    '',
    '@DATA',
    ...table.rows.map((row) => row.map(cell).join(',')),
    '',
  ].join('\n');
}

function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return `'${escaped}'`;
}

function splits(trainRows: number, testRows: number): string {
  const rows = Array.from({ length: trainRows + testRows }, (_, row) => `${row < trainRows ? 'TRAIN' : 'TEST'},${row},0,0`);
  return [
    "@RELATION 'splits'",
    '',
    '@ATTRIBUTE type {TRAIN, TEST}',
    '@ATTRIBUTE rowid INTEGER',
    '@ATTRIBUTE repeat INTEGER',
    '@ATTRIBUTE fold INTEGER',
    '',
    '@DATA',
    ...rows,
    '',
  ].join('\n');
}

function complaints(found: readonly ExportFile[], source: ExportSource): readonly string[] {
  const { manifest } = source;
  const rowsOf = (path: string): string[] => exportedText(found, source, path).split('@DATA\n')[1]?.trimEnd().split('\n') ?? [];
  const split = rowsOf('splits.arff');
  const header = exportedText(found, source, 'dataset.arff').split('@DATA\n')[0] ?? '';
  const tested = split.filter((row) => row.startsWith('TEST,')).length;
  return [
    ...listComplaints(found, ['dataset.arff', 'dataset.json', 'task.json', 'splits.arff', 'metric.py']),
    ...(split.length === rowsOf('dataset.arff').length ? [] : ['the split has other rows than the dataset']),
    ...(tested === manifest.split.testRows ? [] : [`the split tests ${tested} rows of ${manifest.split.testRows}`]),
    ...(header.includes(`@ATTRIBUTE ${quoted(manifest.target.name)} `) ? [] : ['the dataset lacks the target']),
  ];
}

export const OPENML: ExportTarget = { summary: 'dataset.arff with all rows, task.json with measure and holdout, splits.arff', files, complaints };
