import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore, BundleFile, Digest } from './artifact-store.ts';

/** Stores a set of small files, path → content, and gives the bundle's files. */
export async function putFiles(artifacts: ArtifactStore, files: Readonly<Record<string, string | Uint8Array>>): Promise<BundleFile[]> {
  const encoder = new TextEncoder();
  return Promise.all(
    Object.entries(files).map(async ([path, content]) => {
      const bytes = typeof content === 'string' ? encoder.encode(content) : content;
      return { path, digest: await artifacts.put(bytes), bytes: bytes.length };
    }),
  );
}

/** Stores every regular file below a folder of our own as one bundle; links are refused by the read. */
export async function putDirectory(artifacts: ArtifactStore, directory: string): Promise<Digest> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: BundleFile[] = [];
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const hostPath = join(entry.parentPath, entry.name);
    const stored = await artifacts.putFile(hostPath);
    files.push({ path: hostPath.slice(directory.length + 1), ...stored });
  }
  return artifacts.putBundle(files);
}

/** The text of one file of a bundle; undefined where there is none. */
export async function readBundleText(artifacts: ArtifactStore, bundle: Digest, path: string): Promise<string | undefined> {
  const file = (await artifacts.getBundle(bundle)).find((candidate) => candidate.path === path);
  return file === undefined ? undefined : new TextDecoder().decode(await artifacts.get(file.digest));
}
