import { copies, copy, METRIC, PREPARE, readme, type ExportFile, type ExportSource } from './export-source.ts';

/** The measurements; they quote the description, and with it cells. */
const MEASUREMENTS = 'verification/audit.json';

/**
 * What may be passed on of a task whose data may not: the programs, the digests of every file, the verdicts and the list of
 * raw files. No row of the data is in it; with the raw files anyone can make the rest and check it.
 */
export function recipeFiles(source: ExportSource): readonly ExportFile[] {
  return [
    readme(
      source,
      'recipe only',
      '**This folder holds no data.** The licence of the dataset does not allow the data to be passed on, so neither the tables nor the answers nor the description and the measurements (audit.json), which quote them, are here.',
      'To rebuild the task: get the raw files that `raw.txt` lists (with their sha256), run `prepare(raw, public, private)` of `utils/prepare.py` with pandas, numpy and scikit-learn, and compare the digests of the result with `files` in `task.json`. On a machine that has the whole package, the export with the data is made with `--include-local-data`.',
    ),
    ...copy(source, 'task.json', 'task.json'),
    ...copy(source, 'ATTRIBUTION', 'ATTRIBUTION'),
    ...copy(source, 'raw.txt', 'raw.txt'),
    ...copy(source, PREPARE, PREPARE),
    ...copy(source, METRIC, METRIC),
    ...copies(source, 'verification/', 'verification/', (path) => `verification/${path}` !== MEASUREMENTS),
  ];
}

/** Whether a task's data must stay where it is. */
export function isLocal({ manifest }: ExportSource): boolean {
  return manifest.local_only || manifest.licence.redistribution === 'recipe_only';
}

/** Files of a recipe that hold or are data. */
export function recipeComplaints(files: readonly ExportFile[]): string[] {
  return files
    .filter((file) => 'from' in file && (/^(data|raw)\//.test(file.from) || file.from === MEASUREMENTS))
    .map((file) => `${file.path} may not be passed on`);
}
