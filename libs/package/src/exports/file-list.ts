import { checkBundlePath } from '../bundle-path.ts';
import { ANSWERS, type ExportFile, type ExportSource } from './export-source.ts';
import { parseCsv } from './csv-table.ts';

/** The text of a file of an export; of a copy, that of the package's file. Empty where there is none. */
export function exportedText(files: readonly ExportFile[], source: ExportSource, path: string): string {
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) return '';
  return 'text' in file ? file.text : new TextDecoder().decode(source.bytes(file.from));
}

/** What every contract asks: the required files, each path once and inside the folder. */
export function listComplaints(files: readonly ExportFile[], required: readonly string[]): string[] {
  const paths = files.map((file) => file.path);
  const known = new Set(paths);
  const lowered = new Set(paths.map((path) => path.toLowerCase()));
  const unsafe = paths.filter((path) => {
    try {
      checkBundlePath(path);
      return false;
    } catch {
      return true;
    }
  });
  return [
    ...required.filter((path) => !known.has(path)).map((path) => `${path} is missing`),
    ...(lowered.size < paths.length ? ['two files differ at most in the case of their names'] : []),
    ...unsafe.map((path) => `${JSON.stringify(path)} leaves the folder`),
    ...files.filter((file) => 'text' in file && file.text.trim() === '').map((file) => `${file.path} is empty`),
  ];
}

/** Files below a folder that solvers see, and that hold or are the answers. */
export function leakComplaints(files: readonly ExportFile[], source: ExportSource, folder: string): string[] {
  const visible = files.filter((file) => file.path.startsWith(folder));
  const copied = visible.filter((file) => 'from' in file && file.from.startsWith('data/private/')).map((file) => file.path);
  const spelled = visible.filter((file) => 'text' in file && file.text.includes(answerBlock(source))).map((file) => file.path);
  return [...copied, ...spelled].map((path) => `${path} gives solvers the answers`);
}

/** The first rows of the answers as they stand in their file: a text that holds them holds the answers. */
function answerBlock(source: ExportSource): string {
  const lines = new TextDecoder().decode(source.bytes(ANSWERS)).split('\n');
  return lines.slice(1, 6).join('\n');
}

/** The header of a CSV file of an export. */
export function headerOf(files: readonly ExportFile[], source: ExportSource, path: string): readonly string[] {
  const [line = ''] = exportedText(files, source, path).split(/\r?\n/, 1);
  return parseCsv(line).columns;
}
