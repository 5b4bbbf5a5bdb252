import type { TaskManifest } from '@mle-smith/contracts';
import type { ArtifactStore, BundleFile } from '../artifact-store.ts';
import { NotExportableError, type ExportSource } from './export-source.ts';

/** Files whose content an export may look at: tables, texts and programs. Media, raw files and the ladder are copied as they are. */
const READ = /^(data\/(public|private)\/[^/]+\.(csv|txt|json|jsonl|parquet)|utils\/[^/]+|ATTRIBUTION|raw\.txt)$/;

/** Reads what exports need from the store. */
export async function readExportSource(artifacts: ArtifactStore, files: readonly BundleFile[], manifest: TaskManifest): Promise<ExportSource> {
  const read = new Map<string, Uint8Array>();
  for (const file of files.filter((candidate) => READ.test(candidate.path))) read.set(file.path, await artifacts.get(file.digest));
  return {
    manifest,
    paths: files.map((file) => file.path).sort(),
    bytes(path) {
      const bytes = read.get(path);
      if (bytes === undefined) throw new NotExportableError(manifest.id, `the package has no ${path}`);
      return bytes;
    },
  };
}
