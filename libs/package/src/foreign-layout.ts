import type { BundleFile } from './artifact-store.ts';

export type Layout = 'mle-smith' | 'openmle-gym' | 'mle-dojo' | 'unknown';

/** Files that tell a layout. */
export const LAYOUT_MARKS = [
  'task.json',
  'info/description.txt',
  'public/sample_submission.csv',
  'data/private/test_answer.csv',
  'data/public/sample_submission.csv',
];

/** Which tool's layout a list of paths has. OpenMLE-Gym keeps everything below `data/`, MLE-Dojo `public/` and `private/` at the top or below `data/` with `info/`. */
export function layoutOf(files: readonly string[]): Layout {
  const paths = new Set(files);
  if (paths.has('task.json')) return 'mle-smith';
  if (paths.has('info/description.txt') || paths.has('public/sample_submission.csv')) return 'mle-dojo';
  return paths.has('data/private/test_answer.csv') || paths.has('data/public/sample_submission.csv') ? 'openmle-gym' : 'unknown';
}

/** The same files where a package of ours has them; files without a counterpart keep their paths. */
export function normalForm(files: readonly BundleFile[]): BundleFile[] {
  const layout = layoutOf(files.map((file) => file.path));
  if (layout === 'mle-smith' || layout === 'openmle-gym' || layout === 'unknown') return [...files];
  const moved = new Map<string, BundleFile>();
  for (const file of files) {
    const path = normalPath(file.path);
    // The description below public/ is the one that participants read; info/ holds a copy.
    if (!moved.has(path) || !file.path.startsWith('info/')) moved.set(path, { ...file, path });
  }
  return [...moved.values()];
}

function normalPath(path: string): string {
  if (path === 'info/description.txt') return 'data/public/description.txt';
  return /^(public|private)\//.test(path) ? `data/${path}` : path;
}
