import { Dataset, TaskManifest } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import {
  DesignRecord,
  canaryOf,
  canonicalJson,
  getJson,
  manifestFiles,
  putFiles,
  revisionOf,
  type ArtifactStore,
  type BundleFile,
  withCanary,
} from '@mle-smith/package';
import { documentOf, type StageHandler, type StageOutcome } from '@mle-smith/stage-runtime';
import type { RefactorConfig } from '../config.ts';
import { rewritten } from './llm/rewritten.ts';
import type { Refactorer } from './llm/refactorer.ts';
import { attributionText, recipeText } from './attribution.ts';
import { solutionFiles } from './solution.ts';

export interface RefactorOptions {
  readonly jobs: JobRunner;
  readonly config: RefactorConfig;
  /** The agent that rewrites what another agent designed; without it programs stay as they are. */
  readonly refactorer?: Refactorer | undefined;
}

/** Turns a design into the one package format. Leaves `package`; data and answers stay the design's, whoever rewrites its programs. */
export function createRefactorStage({ jobs, config, refactorer }: RefactorOptions): StageHandler {
  return async (item, context): Promise<StageOutcome> => {
    const { artifacts } = context;
    const dataset = Dataset.parse(await getJson(artifacts, documentOf(item, 'dataset')));
    const design = await artifacts.getBundle(documentOf(item, 'design'));
    const record = DesignRecord.parse(JSON.parse(await textOf(artifacts, design, 'design.json')));
    const { facts: _facts, blocks: _blocks, ...stated } = record;
    const attempt = refactorer === undefined ? { documents: {} } : await rewritten(refactorer, { jobs, config, dataset, record }, item, context);
    if ('outcome' in attempt) return attempt.outcome;
    const { texts } = attempt;

    const programs = texts === undefined ? {} : { 'utils/prepare.py': texts['prepare.py'], 'utils/metric.py': texts['metric.py'] };
    const kept = design.filter(({ path }) => path.startsWith('data/') || (path.startsWith('utils/') && !(path in programs)));
    const described = texts?.['description.txt'] ?? (await textOf(artifacts, design, 'description.txt'));
    const raw = dataset.redistributable ? (await artifacts.getBundle(dataset.raw)).map((file) => ({ ...file, path: `raw/${file.path}` })) : [];
    const written = await putFiles(artifacts, {
      ...programs,
      'data/public/description.txt': withCanary(described, canaryOf({ id: record.id, dataset, target: record.target })),
      ATTRIBUTION: attributionText(dataset),
      ...(dataset.redistributable ? {} : { 'raw.txt': recipeText(dataset) }),
      ...(await solutionFiles(record, config.ladderDirectory)),
    });
    const files = [...kept, ...raw, ...written];

    const manifest = TaskManifest.parse({
      revision: '',
      format: 'mle-smith/1',
      ...stated,
      engine: refactorer === undefined || texts === undefined ? stated.engine : { ...stated.engine, refactor: refactorer.prompt.digest },
      dataset: {
        id: dataset.id,
        digest: dataset.digest,
        title: dataset.source.title,
        ...(dataset.source.origin === undefined ? {} : { origin: dataset.source.origin }),
      },
      files: manifestFiles(files),
      licence: {
        text: dataset.source.licence ?? 'unknown',
        ...(dataset.source.licence_url === undefined ? {} : { url: dataset.source.licence_url }),
        redistribution: dataset.redistributable ? 'allowed' : 'recipe_only',
      },
      local_only: !dataset.redistributable,
    });
    const task = await putFiles(artifacts, { 'task.json': canonicalJson({ ...manifest, revision: revisionOf(manifest, files) }) });
    return { kind: 'advanced', documents: { ...attempt.documents, package: await artifacts.putBundle([...files, ...task]) } };
  };
}

async function textOf(artifacts: ArtifactStore, files: readonly BundleFile[], path: string): Promise<string> {
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new RangeError(`the design lacks a file [path=${path}]`);
  return new TextDecoder().decode(await artifacts.get(file.digest));
}
