import type { GradingSpec } from '@mle-smith/environment';
import { readBundleText, readManifest, type ArtifactStore, type Digest } from '@mle-smith/package';

/** What grading needs: from the manifest, else from the columns of the sample submission. */
export async function gradingSpecOf(artifacts: ArtifactStore, bundle: Digest): Promise<GradingSpec> {
  const manifest = await readManifest(artifacts, bundle);
  if (manifest !== undefined) {
    const leastError = manifest.value?.scores.strong?.standardError;
    return {
      id: manifest.submission.id,
      target: manifest.target.name,
      metric: manifest.metric.name,
      ...(leastError === undefined ? {} : { leastError }),
    };
  }
  const [header = ''] = ((await readBundleText(artifacts, bundle, 'data/public/sample_submission.csv')) ?? '').split(/\r?\n/);
  const [id = 'id', target = ''] = header
    .replace(/^\ufeff/, '')
    .split(',')
    .map((name) => name.replace(/^"|"$/g, ''));
  return { id, target };
}
