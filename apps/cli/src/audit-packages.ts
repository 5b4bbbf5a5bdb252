import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore, BundleFile } from '@mle-smith/package';
import { eachSubject, type TaskStore, type Violation } from '@mle-smith/stage-runtime';

type Fault = Omit<Violation, 'code'> & { code: string };

/** What is wrong with the published packages: anything that is not there, not as it was verified, or not of the run. The same run restores packages. */
export async function auditPackages(store: TaskStore, artifacts: ArtifactStore, tasksDirectory: string): Promise<Fault[]> {
  const found: Fault[] = [];
  const known = new Set<string>();
  for await (const task of eachSubject(store, { states: ['task.verified'] })) {
    const bundle = task.documents['verified'];
    if (task.state !== 'task.verified' || bundle === undefined) continue;
    known.add(task.id);
    const directory = join(tasksDirectory, task.id);
    const files = await artifacts.getBundle(bundle);
    found.push(...[...(await changedFiles(directory, files)), ...(await strangers(directory, files))].map((fault) => ({ ...fault, subject: task.id })));
  }
  for (const name of await readdir(tasksDirectory).catch(() => [] as string[]))
    if (!known.has(name)) found.push({ code: 'package_unknown', subject: name, message: 'stands below tasks/ and is no verified task of this run; remove it' });
  return found;
}

async function changedFiles(directory: string, files: readonly BundleFile[]): Promise<Omit<Fault, 'subject'>[]> {
  const found: Omit<Fault, 'subject'>[] = [];
  for (const file of files) {
    const bytes = await readFile(join(directory, file.path)).catch(() => undefined);
    if (bytes === undefined) found.push({ code: 'package_file_missing', message: `${file.path} is not there; run the same command again` });
    else if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== file.digest)
      found.push({ code: 'package_file_changed', message: `${file.path} is not what was verified; run the same command again` });
  }
  return found;
}

/** Whatever lies in a package and is neither a file of it nor a folder of such a file; links first of all. */
async function strangers(directory: string, files: readonly BundleFile[]): Promise<Omit<Fault, 'subject'>[]> {
  const itself = await lstat(directory).catch(() => undefined);
  if (itself === undefined) return [];
  const stranger = (path: string): Omit<Fault, 'subject'> => ({
    code: 'package_file_strange',
    message: `${path} is no file of the verified package; run the same command again`,
  });
  if (!itself.isDirectory()) return [stranger('the folder itself')];
  const paths = new Set(files.map((file) => file.path));
  const folders = new Set(files.flatMap((file) => file.path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))));
  return (await readdir(directory, { recursive: true, withFileTypes: true }))
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name).slice(directory.length + 1) }))
    .filter(({ entry, path }) => !(entry.isFile() && paths.has(path)) && !(entry.isDirectory() && folders.has(path)))
    .map(({ path }) => stranger(path));
}
