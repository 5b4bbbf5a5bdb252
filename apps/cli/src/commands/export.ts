import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import type { ExportReport } from '@mle-smith/contracts';
import {
  exportPackage,
  EXPORTS,
  manifestFiles,
  NotExportableError,
  readExportSource,
  readManifest,
  revisionOf,
  type ArtifactStore,
  type ExportName,
} from '@mle-smith/package';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { placeExports, type PlacedExport } from '../place-exports.ts';
import { escapeTerminal } from '../report/escape.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadPackage } from '../workshop.ts';

export interface ExportOptions {
  readonly to: string;
  readonly out: string;
  readonly json: boolean;
  readonly force: boolean;
  readonly unverified: boolean;
  readonly includeStarter: boolean;
  readonly includeLocalData: boolean;
}

type Skipped = ExportReport['skipped'][number];

/**
 * Writes packages in another tool's layout, each in a folder of its name below `out`. All of them or none: what cannot be
 * exported ends the command before anything is written. Starter tasks are left out, and told, unless they are asked for.
 */
export async function exportTasks(directories: readonly string[], options: ExportOptions, around: Surroundings): Promise<number> {
  const target = options.to as ExportName;
  const shelf = await mkdtemp(join(tmpdir(), 'mle-smith-export-'));
  try {
    const artifacts = await FilesystemArtifactStore.open(shelf);
    const skipped: Skipped[] = [];
    const made: PlacedExport[] = [];
    for (const directory of new Set(directories.map((path) => (path.trim() === '' ? path : resolve(path))))) {
      const found = await exportOne(artifacts, directory, target, options);
      if ('code' in found) skipped.push(found);
      else made.push(found);
    }
    const twice = made.find((one, index) => made.findIndex((other) => other.id === one.id) < index);
    if (twice !== undefined)
      throw new CliError('same_id', `two packages are the task ${twice.id}; export them into different folders`, { exitCode: EXIT_CODES.usage.code });
    const exported = await placeExports(artifacts, made, resolve(options.out), options.force);
    const report: ExportReport = { target, out: resolve(options.out), exported, skipped };
    around.stdout(options.json ? `${JSON.stringify(report)}\n` : describe(report));
    return exported.length === 0 ? EXIT_CODES.failed.code : EXIT_CODES.ok.code;
  } finally {
    await rm(shelf, { recursive: true, force: true });
  }
}

async function exportOne(artifacts: ArtifactStore, directory: string, target: ExportName, options: ExportOptions): Promise<PlacedExport | Skipped> {
  const { bundle } = await loadPackage(artifacts, directory);
  const manifest = await readManifest(artifacts, bundle);
  if (manifest === undefined)
    throw new CliError(
      'not_a_package',
      `this is no task package of ours: it has no task.json [path=${directory}]; export what \`mle-smith run\` left below tasks/`,
      { exitCode: EXIT_CODES.usage.code },
    );
  const files = await artifacts.getBundle(bundle);
  const listed = JSON.stringify(manifest.files) === JSON.stringify(manifestFiles(files));
  if (!listed || revisionOf(manifest, files) !== manifest.revision)
    throw new CliError(
      'package_changed',
      `the files are not those of the package's revision [task=${manifest.id}, path=${directory}]; take a fresh copy of the package`,
      {
        exitCode: EXIT_CODES.failed.code,
      },
    );
  if (manifest.value === undefined && !options.unverified)
    throw new CliError('not_verified', `the task is not verified: task.json has no value block [task=${manifest.id}]; verify it, or add --unverified`, {
      exitCode: EXIT_CODES.failed.code,
    });
  if (manifest.value?.ladder_difficulty === 'starter' && !options.includeStarter)
    return {
      id: manifest.id,
      path: directory,
      code: 'starter',
      message: 'a starter task: the strong baseline is not clearly better than the first one (X15); --include-starter exports it',
    };
  try {
    const source = await readExportSource(artifacts, files, manifest);
    const { form, files: made } = exportPackage(source, target, options.includeLocalData);
    const complaints = form === 'whole' ? EXPORTS[target].complaints(made, source) : [];
    if (complaints.length > 0)
      throw new CliError('export_faulty', `the export would not load in ${target} [task=${manifest.id}]: ${complaints.slice(0, 3).join('; ')}`, {
        exitCode: EXIT_CODES.failed.code,
      });
    const digests = new Map(files.map((file) => [file.path, file.digest]));
    return { id: manifest.id, form, files: made.map((file) => ('text' in file ? file : { path: file.path, digest: digests.get(file.from) ?? '' })) };
  } catch (error) {
    if (!(error instanceof NotExportableError)) throw error;
    throw new CliError(error.code, error.message, { exitCode: EXIT_CODES.failed.code, cause: error });
  }
}

function describe(report: ExportReport): string {
  const lines = [
    ...report.exported.map(
      (entry) =>
        `exported  ${entry.id}  ${entry.files} files${entry.state === 'unchanged' ? ', unchanged' : ''}${entry.form === 'recipe' ? '; the recipe only: the licence does not allow the data to be passed on (--include-local-data for this machine)' : ''}  ${entry.path}`,
    ),
    ...report.skipped.map((entry) => `skipped   ${entry.id}  ${entry.message}`),
  ];
  return lines.map((line) => `${escapeTerminal(line)}\n`).join('');
}
