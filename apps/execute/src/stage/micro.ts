import { Dataset, type TaskManifest, type Value } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { getJson, type ArtifactStore, type Digest } from '@mle-smith/package';
import { documentOf, type WorkItem } from '@mle-smith/stage-runtime';
import type { ExecuteConfig } from '../config.ts';
import { ClimbError, climb, type Climbed } from './climb.ts';
import { kendall, spearman } from './rank-agreement.ts';
import { ladderSpecOf, trustIn } from '@mle-smith/task';

/**
 * How alike the rungs of a micro variant stand to each other as in the full task: the variant's own prepare.py makes the
 * full task in a sandbox, and the same ladder is climbed on it. Undefined for a task that is no variant. Throws `ClimbError`.
 */
export async function microAgreement(
  parts: { jobs: JobRunner; artifacts: ArtifactStore; item: WorkItem; bundle: Digest; manifest: TaskManifest; micro: Climbed; config: ExecuteConfig },
  signal: AbortSignal,
): Promise<Value['micro']> {
  const { jobs, artifacts, item, bundle, manifest, micro, config } = parts;
  if (manifest.lineage.micro === undefined) return undefined;
  const dataset = Dataset.parse(await getJson(artifacts, documentOf(item, 'dataset')));
  const prepared = await jobs.run(
    {
      name: `full-${item.id}`,
      zone: 'measure',
      trust: trustIn(manifest),
      run: { call: 'mle_env.full:full', argument: {} },
      inputs: [
        { at: 'package', bundle },
        { at: 'raw', bundle: dataset.raw },
      ],
      outputs: ['data'],
      limits: { wallMs: config.solveWallMs, cpuSeconds: Math.ceil(config.solveWallMs / 1000) },
    },
    signal,
  );
  if (prepared.status !== 'succeeded') throw new ClimbError('preparing the full task', prepared.message, prepared.status === 'lost');
  const programs = (await artifacts.getBundle(bundle)).filter((file) => file.path.startsWith('utils/'));
  const full = await climb(
    jobs,
    artifacts,
    { name: `full-${item.id}`, bundle: await artifacts.putBundle([...programs, ...prepared.outputs]), spec: ladderSpecOf(manifest), trust: trustIn(manifest) },
    config,
    signal,
  );
  const known = new Map(full.ladder.rungs.map((rung) => [rung.name, rung.score]));
  const rungs = micro.ladder.rungs.filter((rung) => known.has(rung.name));
  const [one, other] = [rungs.map((rung) => rung.score), rungs.map((rung) => known.get(rung.name) ?? 0)];
  return { rungs: rungs.map((rung) => rung.name), full: other, kendall: kendall(one, other), spearman: spearman(one, other) };
}
