import { hiddenLetters, textFaults, type ArtifactStore, type BundleFile } from '@mle-smith/package';

/** Texts that people and agents read: those beside the tables, not those among the data. */
const READ = /^(data\/public\/[^/]+\.(txt|md|html)|description\.txt)$/;
const PROGRAM = /^utils\/(prepare|metric)\.py$/;
/** A larger one is data, and no text that anybody reads. */
const MOST_BYTES = 2 * 1024 * 1024;

/** What the texts and programs of a package hold that their reader does not see, or that does something where it is shown: path → what. */
export async function faultyTexts(artifacts: ArtifactStore, files: readonly BundleFile[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { path, digest, bytes } of files) {
    const look = READ.test(path) ? textFaults : PROGRAM.test(path) ? hiddenLetters : undefined;
    if (look === undefined || bytes > MOST_BYTES) continue;
    const faults = look(new TextDecoder('utf-8', { ignoreBOM: true }).decode(await artifacts.get(digest)));
    if (faults.length > 0) found[path] = faults;
  }
  return found;
}
