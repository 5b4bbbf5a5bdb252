import { copies, copy, type ExportFile, type ExportSource, type ExportTarget } from './export-source.ts';
import { formatCsv } from './csv-table.ts';
import { exportedText, headerOf, leakComplaints, listComplaints } from './file-list.ts';

/** Columns of the overview that `openmle-task overview` writes and `evaluate --overview-csv` reads. */
const OVERVIEW = ['Name', 'Modality', 'Task', 'Raw Size', 'Final Size', 'CPU/GPU', 'Source', 'Metric', 'NOTE', 'Server Location'];
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

function files(source: ExportSource): readonly ExportFile[] {
  const { manifest } = source;
  const raw = copies(source, 'raw/', `${manifest.id}/raw/`);
  const row = [
    manifest.id,
    manifest.modality,
    manifest.objective,
    sizeOf(source, 'raw'),
    sizeOf(source, 'data/'),
    'CPU',
    'MLE-Smith',
    manifest.metric.name,
    '',
    manifest.id,
  ];
  return [
    { path: 'overview.csv', text: formatCsv({ columns: OVERVIEW, rows: [row] }) },
    { path: 'tasks.txt', text: `${manifest.id}\n` },
    ...copies(source, 'data/', `${manifest.id}/data/`),
    ...copies(source, 'utils/', `${manifest.id}/utils/`),
    ...(raw.length > 0 ? raw : copy(source, 'raw.txt', `${manifest.id}/raw.txt`)),
    ...copy(source, 'ATTRIBUTION', `${manifest.id}/ATTRIBUTION`),
  ];
}

/** How large the files below a folder are, as the overview writes it. */
function sizeOf({ manifest }: ExportSource, folder: string): string {
  let size = manifest.files.filter((file) => file.path.startsWith(folder)).reduce((sum, file) => sum + file.bytes, 0);
  for (const unit of ['B', 'KB', 'MB']) {
    if (size < 1024) return `${size.toFixed(2)} ${unit}`;
    size /= 1024;
  }
  return `${size.toFixed(2)} GB`;
}

function complaints(found: readonly ExportFile[], source: ExportSource): readonly string[] {
  const { id } = source.manifest;
  const at = (path: string): string => `${id}/${path}`;
  const sample = headerOf(found, source, at('data/public/sample_submission.csv'));
  const test = headerOf(found, source, at('data/public/test.csv'));
  return [
    ...listComplaints(found, [
      ...['description.txt', 'train.csv', 'test.csv', 'sample_submission.csv'].map((name) => at(`data/public/${name}`)),
      at('data/private/test_answer.csv'),
      at('utils/prepare.py'),
      at('utils/metric.py'),
      'overview.csv',
      'tasks.txt',
    ]),
    ...leakComplaints(found, source, at('data/public/')),
    ...(found.some((file) => file.path.startsWith(at('raw/')) || file.path === at('raw.txt')) ? [] : ['neither raw/ nor raw.txt']),
    ...(NAME.test(id) ? [] : [`the name ${id} is not legal`]),
    ...(exportedText(found, source, 'overview.csv').split('\n')[1]?.startsWith(`${id},`) === true ? [] : ['the overview has no row of the task']),
    ...sample
      .slice(1)
      .filter((name) => test.includes(name))
      .map((name) => `test.csv holds the column ${name} of the sample`),
    ...(sample[0] !== undefined && test.includes(sample[0]) ? [] : ['test.csv lacks the id of the sample']),
  ];
}

export const OPENMLE_GYM: ExportTarget = { summary: '<id>/{data,utils,raw} with a row of the overview and a task list', files, complaints };
