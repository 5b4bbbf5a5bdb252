import type { TaskManifest } from '@mle-smith/contracts';

/** What an export is made from: a package's manifest and files. Reading is done before, so that an export is a pure function. */
export interface ExportSource {
  readonly manifest: TaskManifest;
  /** Every file of the package, sorted. */
  readonly paths: readonly string[];
  /** Bytes of a table, text or program of the package; throws `NotExportableError` where the package lacks it. Media and raw files are never read, only copied. */
  readonly bytes: (path: string) => Uint8Array;
}

/** One file of an export: text of its own, or a copy of a file of the package. Paths are relative to the export's folder. */
export type ExportFile = { readonly path: string; readonly text: string } | { readonly path: string; readonly from: string };

/** One target format. */
export interface ExportTarget {
  /** One line for the help and the reference. */
  readonly summary: string;
  /** The files of the export. Throws `NotExportableError` where the format cannot hold the task. */
  readonly files: (source: ExportSource) => readonly ExportFile[];
  /** What the target's contract (formats F.1 to F.6) finds wrong with an export; empty where it loads. */
  readonly complaints: (files: readonly ExportFile[], source: ExportSource) => readonly string[];
}

/** A task that a format cannot hold, or a package that lacks what the format needs. */
export class NotExportableError extends Error {
  readonly code = 'not_exportable';
  constructor(id: string, reason: string) {
    super(`the task cannot be exported: ${reason} [task=${id}]`);
    this.name = new.target.name;
  }
}

export const TRAIN = 'data/public/train.csv';
export const TEST = 'data/public/test.csv';
export const SAMPLE = 'data/public/sample_submission.csv';
export const ANSWERS = 'data/private/test_answer.csv';
export const DESCRIPTION = 'data/public/description.txt';
export const METRIC = 'utils/metric.py';
export const PREPARE = 'utils/prepare.py';

/** The text of a file of the package. */
export function textOf(source: ExportSource, path: string): string {
  return new TextDecoder().decode(source.bytes(path));
}

/** Copies of the package's files below a folder, laid below another; `keep` chooses among the paths below the folder. */
export function copies(source: ExportSource, folder: string, to: string, keep: (path: string) => boolean = () => true): ExportFile[] {
  return source.paths
    .filter((path) => path.startsWith(folder) && keep(path.slice(folder.length)))
    .map((path) => ({ path: `${to}${path.slice(folder.length)}`, from: path }));
}

/** A copy of one file of the package, where it has it. */
export function copy(source: ExportSource, from: string, to: string): ExportFile[] {
  return source.paths.includes(from) ? [{ path: to, from }] : [];
}

/** The name of the one class of metric.py that ends in Metrics. */
export function metricClass(source: ExportSource): string {
  const name = /^class (\w+Metrics)\b/m.exec(textOf(source, METRIC))?.[1];
  if (name === undefined) throw new NotExportableError(source.manifest.id, 'its metric.py defines no class whose name ends in Metrics');
  return name;
}

/** The `value` block that only verified tasks have; `what` says what the format needs it for. */
export function valueOf({ manifest }: ExportSource, what: string): NonNullable<TaskManifest['value']> {
  if (manifest.value === undefined) throw new NotExportableError(manifest.id, `${what} needs the scores of a verified task (the value block of task.json)`);
  return manifest.value;
}

/** Where the data comes from and on what terms, for a README. */
export function origin(source: ExportSource): string {
  return source.paths.includes('ATTRIBUTION')
    ? textOf(source, 'ATTRIBUTION')
    : `Dataset: ${source.manifest.dataset.title}\nLicence: ${source.manifest.licence.text}\n`;
}

/** A README of an export: title, paragraphs, and where the data comes from. */
export function readme(source: ExportSource, format: string, ...paragraphs: readonly string[]): ExportFile {
  const { id, title, revision } = source.manifest;
  return {
    path: 'README.md',
    text: [
      `# ${title} (${format})`,
      `Made from the task package \`${id}\`, revision \`${revision}\`.`,
      ...paragraphs,
      '## Attribution',
      origin(source).trimEnd(),
      '',
    ].join('\n\n'),
  };
}
