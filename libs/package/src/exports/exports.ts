import { CROISSANT } from './croissant.ts';
import { NotExportableError, type ExportFile, type ExportSource, type ExportTarget } from './export-source.ts';
import { HARBOR } from './harbor.ts';
import { KAGGLE, kaggleMetric } from './kaggle.ts';
import { gradeProgram, MLE_BENCH } from './mle-bench.ts';
import { MLE_DOJO } from './mle-dojo.ts';
import { OPENML } from './openml.ts';
import { OPENMLE_GYM } from './openmle-gym.ts';
import { isLocal, recipeComplaints, recipeFiles } from './recipe.ts';

/** The one table of export formats. */
export const EXPORTS = {
  'mle-dojo': MLE_DOJO,
  'openmle-gym': OPENMLE_GYM,
  'mle-bench': MLE_BENCH,
  harbor: HARBOR,
  kaggle: KAGGLE,
  croissant: CROISSANT,
  openml: OPENML,
} as const satisfies Readonly<Record<string, ExportTarget>>;

export type ExportName = keyof typeof EXPORTS;

/** What was made: the whole export, or the recipe that stands in for data that may not be passed on. */
export interface Export {
  readonly form: 'whole' | 'recipe';
  readonly files: readonly ExportFile[];
}

/** One package in one format; the data of a local package is only in it where that is asked for. Throws `NotExportableError`. */
export function exportPackage(source: ExportSource, target: ExportName, includeLocalData: boolean): Export {
  if (isLocal(source) && !includeLocalData) return { form: 'recipe', files: recipeFiles(source) };
  return { form: 'whole', files: EXPORTS[target].files(source) };
}

/** The answer of every format's contract. */
export interface ExportCheck {
  readonly complaints: readonly string[];
  /** Formats whose export was made and looked at, and those that cannot hold the task. */
  readonly checked: readonly string[];
  readonly impossible: readonly string[];
}

/** What each format's contract finds wrong with the export of a package; formats that cannot hold the task are named apart. */
export function checkExports(source: ExportSource): ExportCheck {
  const complaints: string[] = [];
  const checked: string[] = [];
  const impossible: string[] = [];
  for (const [name, target] of Object.entries(EXPORTS)) {
    try {
      complaints.push(...target.complaints(target.files(source), source).map((complaint) => `${name}: ${complaint}`));
      checked.push(name);
    } catch (error) {
      if (!(error instanceof NotExportableError)) throw error;
      impossible.push(name);
    }
  }
  if (isLocal(source)) complaints.push(...recipeComplaints(recipeFiles(source)).map((complaint) => `recipe: ${complaint}`));
  return { complaints, checked, impossible };
}

/** The programs that score in the exports, by the names that `mle_env.parity` reads. */
export function exportedGraders(source: ExportSource): Readonly<Record<'mle_bench.py' | 'kaggle.py', string>> {
  return { 'mle_bench.py': gradeProgram(source), 'kaggle.py': kaggleMetric(source) };
}
