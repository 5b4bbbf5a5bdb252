import type { Job } from '@mle-smith/environment';
import type { ArtifactStore, BundleFile } from '@mle-smith/package';

/** One file below /input and where its bytes come from. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  readonly content: () => AsyncIterable<Uint8Array> | readonly Uint8Array[];
}

/** Of the file systems of nodes: kubelet measures a volume by its blocks. */
const BLOCK_BYTES = 4_096;

/** What files take of a file system, in bytes: whole blocks, and one for each folder. */
export function roomOf(files: readonly Pick<InputFile, 'path' | 'bytes'>[]): number {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  return files.reduce((sum, { bytes }) => sum + Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES, folders.size * BLOCK_BYTES);
}

/** Every file that a job finds below /input. Throws what the store says of bundles that it has not. */
export async function inputsOf(job: Job, artifacts: ArtifactStore): Promise<InputFile[]> {
  const files = new Map<string, InputFile>();
  for (const { at, bundle, prefix } of job.inputs)
    for (const file of below(await artifacts.getBundle(bundle), prefix))
      files.set(`${at}/${file.path}`, { path: `${at}/${file.path}`, bytes: file.bytes, content: () => artifacts.read(file.digest) });
  // As in a folder: what is laid later lies on top.
  for (const [path, bytes] of Object.entries(job.files ?? {})) files.set(path, { path, bytes: bytes.length, content: () => [bytes] });
  return [...files.values()];
}

/** Sends inputs one after the other, each read from the store as fast as the pod takes it. */
export async function sendInputs(files: readonly InputFile[], send: (bytes: Uint8Array | string) => Promise<void>): Promise<void> {
  for (const { path, bytes, content } of files) {
    await send(`${JSON.stringify({ path, bytes })}\n`);
    for await (const piece of content()) await send(piece);
  }
}

function below(files: readonly BundleFile[], prefix: string | undefined): readonly BundleFile[] {
  if (prefix === undefined) return files;
  const head = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return files.filter((file) => file.path.startsWith(head)).map((file) => ({ ...file, path: file.path.slice(head.length) }));
}

/** `a/b/c.txt` lies in `a/b` and in `a`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, place) => parts.slice(0, place + 1).join('/'));
}
