import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportReport } from '@mle-smith/contracts';
import { digestOf, type ArtifactStore, type Digest } from '@mle-smith/package';
import { CliError } from './cli-error.ts';
import { makeFolder } from './make-folder.ts';
import { reasonOf } from './workshop.ts';

/** An export that is to be written: each file's text, or the digest of its content. */
export interface PlacedExport {
  readonly id: string;
  readonly form: 'whole' | 'recipe';
  readonly files: readonly ({ readonly path: string; readonly text: string } | { readonly path: string; readonly digest: Digest })[];
}

type Exported = ExportReport['exported'][number];

/**
 * Lays exports below `out`, each in a folder of its id. They are written to hidden neighbours first and renamed when all are
 * there, so a reader never sees half of one. A folder that is there already stays where its bytes are the same, and is
 * refused where they are not unless `force` is given. Throws `CliError`.
 */
export async function placeExports(artifacts: ArtifactStore, exports: readonly PlacedExport[], out: string, force: boolean): Promise<Exported[]> {
  const places = await Promise.all(exports.map(async (made) => ({ made, target: join(out, made.id), state: await stateOf(join(out, made.id), made) })));
  const taken = places.find(({ state }) => state === 'other');
  if (taken !== undefined && !force)
    throw new CliError('target_exists', `something else is there already [path=${taken.target}]; choose another --out, or replace it with --force`);
  const fresh = places.filter(({ state }) => state !== 'same');
  const draftOf = (id: string): string => join(out, `.${id}.draft`);
  try {
    await makeFolder(out);
    for (const { made } of fresh) await writeDraft(artifacts, made, draftOf(made.id));
    for (const { made, target } of fresh) {
      await rm(target, { recursive: true, force: true });
      await rename(draftOf(made.id), target);
    }
  } catch (error) {
    if (error instanceof CliError || !('code' in (error as object))) throw error;
    throw new CliError('out_not_writable', `the export cannot be written [out=${out}]: ${reasonOf(error)}; choose another --out or make room`, {
      cause: error,
    });
  } finally {
    for (const { made } of fresh) await rm(draftOf(made.id), { recursive: true, force: true }).catch(() => undefined);
  }
  return places.map(({ made, target, state }) => ({
    id: made.id,
    path: target,
    form: made.form,
    files: made.files.length,
    state: state === 'same' ? 'unchanged' : 'written',
  }));
}

async function writeDraft(artifacts: ArtifactStore, made: PlacedExport, draft: string): Promise<void> {
  await rm(draft, { recursive: true, force: true });
  for (const file of made.files) {
    const path = join(draft, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'text' in file ? file.text : await artifacts.get(file.digest), { mode: file.path.endsWith('.sh') ? 0o755 : 0o644 });
  }
}

/** What is at the place of an export: nothing, the same files, or something else. */
async function stateOf(target: string, made: PlacedExport): Promise<'free' | 'same' | 'other'> {
  const found = await lstat(target).catch(() => undefined);
  if (found === undefined) return 'free';
  if (!found.isDirectory()) return 'other';
  const entries = (await readdir(target, { recursive: true, withFileTypes: true })).filter((entry) => !entry.isDirectory());
  if (entries.length !== made.files.length || entries.some((entry) => !entry.isFile())) return 'other';
  for (const file of made.files) {
    const bytes = await readFile(join(target, file.path)).catch(() => undefined);
    if (bytes === undefined || digestOf(bytes) !== ('text' in file ? digestOf(file.text) : file.digest)) return 'other';
  }
  return 'same';
}
