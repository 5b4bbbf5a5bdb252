import { withFallback } from '@mle-smith/agent';
import type { Dataset, Finding } from '@mle-smith/contracts';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import type { DesignRecord } from '@mle-smith/package';
import { canonicalJson, digestOf, putFiles, putJson, readBundleText } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import type { StageOutcome } from '@mle-smith/stage-runtime';
import { parseRefactorConfig } from '../../config.ts';
import type { Refactorer } from '../llm/refactorer.ts';
import { createRefactorStage } from '../refactor.ts';

/** A design whose programs an agent wrote, and the raw files that it was made of. */
export interface Designed {
  readonly record: DesignRecord;
  readonly raw: Readonly<Record<string, string>>;
  readonly prepare: string;
  readonly metric: string;
}

export interface Tried {
  readonly outcome: StageOutcome;
  /** A file of the package; the empty string where there is none. */
  readonly read: (path: string) => Promise<string>;
  /** The JSON of a document that the stage left. */
  readonly document: (name: string) => Promise<unknown>;
  /** Refactors again at the next generation with these findings. */
  readonly again: (findings: readonly Finding[]) => Promise<Tried>;
}

/** Prepares a design in a plain Python process, and refactors it; by rules where the agent is of no use and `fallback` is there to be told. */
export async function tryRefactor(
  { record, raw, prepare, metric }: Designed,
  refactorer: Refactorer,
  fallback?: (id: string, message: string) => void,
): Promise<Tried> {
  const artifacts = new InMemoryArtifactStore();
  const jobs = new DirectJobRunner({ artifacts });
  const bundle = await artifacts.putBundle(await putFiles(artifacts, raw));
  const programs = { 'utils/prepare.py': prepare, 'utils/metric.py': metric };
  const encoder = new TextEncoder();
  const made = await jobs.run({
    name: 'design',
    zone: 'measure',
    trust: 'untrusted',
    run: { call: 'mle_env.audit.rebuild:rebuild', argument: {} },
    inputs: [{ at: 'raw', bundle }],
    files: { 'package/utils/prepare.py': encoder.encode(prepare) },
    outputs: ['public', 'private'],
  });
  if (made.outputs.length === 0) throw new Error(`the design does not run: ${made.message} ${JSON.stringify(made.value)}`);
  const files = await putFiles(artifacts, { ...programs, 'description.txt': 'Weigh the pears.\n', 'design.json': canonicalJson(record) });
  const design = await artifacts.putBundle([...files, ...made.outputs.map((file) => ({ ...file, path: `data/${file.path}` }))]);
  const dataset: Dataset = {
    id: 'pears',
    digest: digestOf('pears'),
    source: { id: 'pears', title: 'Pears', licence: 'CC0-1.0' },
    raw: bundle,
    files: [],
    redistributable: true,
  };
  const config = parseRefactorConfig({});
  const byAgent = createRefactorStage({ jobs, config, refactorer });
  const stage = fallback === undefined ? byAgent : withFallback(byAgent, createRefactorStage({ jobs, config }), fallback);
  const attempt = async (documents: Readonly<Record<string, string>>, generation: number, findings: readonly Finding[]): Promise<Tried> => {
    const outcome = await stage(
      { stage: 'refactor', kind: 'task', id: record.id, datasetId: 'pears', generation, attempt: 1, documents, findings },
      { artifacts, signal: new AbortController().signal },
    );
    const left: Readonly<Record<string, string>> = 'documents' in outcome ? { ...documents, ...outcome.documents } : documents;
    return {
      outcome,
      read: async (path) => (left['package'] === undefined ? '' : ((await readBundleText(artifacts, left['package'], path)) ?? '')),
      document: async (name) => JSON.parse(new TextDecoder().decode(await artifacts.get(left[name] ?? ''))) as unknown,
      again: async (next) => attempt(left, generation + 1, next),
    };
  };
  return attempt({ dataset: await putJson(artifacts, dataset), design }, 1, []);
}
