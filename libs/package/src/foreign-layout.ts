import type { ArtifactStore, BundleFile } from './artifact-store.ts';
import { fromMleBench, preparedFolder } from './mle-bench-layout.ts';

export type Layout = 'mle-smith' | 'openmle-gym' | 'mle-dojo' | 'mle-bench' | 'unknown';

/** Files and folders that tell a layout; `*` stands for one name. */
export const LAYOUT_MARKS = [
  'task.json',
  'info/description.txt',
  'public/sample_submission.csv',
  'data/private/test_answer.csv',
  'data/public/sample_submission.csv',
  'data/*/public/sample_submission.csv',
  '*/data/public/sample_submission.csv',
  '*/data/private/test_answer.csv',
  'prepared/public/*.csv',
  '*/prepared/public/*.csv',
  'data/*/prepared/public/*.csv',
];

/** A competition of MLE-Dojo with its data below `data/<name>/` and its code below `mledojo/competitions/<name>/`. */
const DOJO_DATA = /^data\/[^/]+\/(?=(public|private|raw)\/)/;
const DOJO_CODE = /^mledojo\/competitions\/[^/]+\/(?=(utils|info)\/)/;

/** A task of OpenMLE-Gym in a folder of its name, beside the overview. */
const GYM_TASK = /^([^/]+\/)data\/(?:public\/sample_submission|private\/test_answer)\.csv$/;

/** Which tool's layout a list of paths has. OpenMLE-Gym keeps everything below `data/`, at the top or in the folder of the only task, MLE-Dojo `public/` and `private/` at the top or below `data/` with `info/` or the name of the competition, mle-bench below `prepared/`. */
export function layoutOf(files: readonly string[]): Layout {
  const paths = new Set(files);
  if (paths.has('task.json')) return 'mle-smith';
  if (preparedFolder(files) !== undefined) return 'mle-bench';
  if (paths.has('info/description.txt') || paths.has('public/sample_submission.csv') || files.some(isDojoSample)) return 'mle-dojo';
  return gymFolder(files) === undefined ? 'unknown' : 'openmle-gym';
}

/** The same files where a package of ours has them; files without a counterpart keep their paths. */
export async function normalForm(artifacts: ArtifactStore, files: readonly BundleFile[]): Promise<BundleFile[]> {
  const layout = layoutOf(files.map((file) => file.path));
  if (layout === 'mle-bench') return fromMleBench(artifacts, files);
  if (layout === 'openmle-gym') return fromGym(files);
  return layout === 'mle-dojo' ? fromMleDojo(files) : [...files];
}

function isDojoSample(path: string): boolean {
  return DOJO_DATA.test(path) && path.replace(DOJO_DATA, '') === 'public/sample_submission.csv';
}

/** Where the only task of OpenMLE-Gym lies: the empty string, or a folder with its slash; undefined where there is none, or several. */
function gymFolder(files: readonly string[]): string | undefined {
  if (files.some((path) => path === 'data/private/test_answer.csv' || path === 'data/public/sample_submission.csv')) return '';
  const folders = new Set(files.flatMap((path) => GYM_TASK.exec(path)?.[1] ?? []));
  return folders.size === 1 ? [...folders][0] : undefined;
}

function fromGym(files: readonly BundleFile[]): BundleFile[] {
  const folder = gymFolder(files.map((file) => file.path)) ?? '';
  return files.map((file) => (file.path.startsWith(folder) ? { ...file, path: file.path.slice(folder.length) } : file));
}

function fromMleDojo(files: readonly BundleFile[]): BundleFile[] {
  const moved = new Map<string, BundleFile>();
  for (const file of files) {
    // A leaderboard lies beside the answers and is no part of the data: prepare.py does not make it.
    const inner = file.path
      .replace(DOJO_DATA, '')
      .replace(DOJO_CODE, '')
      .replace(/^private\/(?=(public|private)_leaderboard\.csv$)/, 'info/');
    const path = inner === 'info/description.txt' ? 'data/public/description.txt' : /^(public|private)\//.test(inner) ? `data/${inner}` : inner;
    // The description below public/ is the one that participants read; info/ holds a copy.
    if (!moved.has(path) || !inner.startsWith('info/')) moved.set(path, { ...file, path });
  }
  return [...moved.values()];
}
