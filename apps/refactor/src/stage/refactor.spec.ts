import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskManifest, type Dataset } from '@mle-smith/contracts';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { canonicalJson, digestOf, putFiles, putJson, readBundleText, revisionOf } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { parseRefactorConfig } from '../config.ts';
import { createRefactorStage } from './refactor.ts';
import { PEARS } from './testing/pears.ts';
import { solutionFiles } from './solution.ts';

const METRIC = `class PearMetrics:
    def validate_submission(self, submission, ground_truth):
        return "valid"

    def evaluate(self, y_true, y_pred):
        return float((y_true["weight"] - y_pred["weight"]).abs().mean())
`;

const DESIGN = {
  'design.json': canonicalJson(PEARS),
  'description.txt': 'Pears.\n',
  'utils/prepare.py': 'def prepare(raw, public, private):\n    raise NotImplementedError\n',
  'utils/metric.py': METRIC,
  'data/public/train.csv': 'id,length,weight\n0,1,2\n1,2,3\n2,3,4\n',
  'data/public/test.csv': 'id,length\n3,4\n4,5\n',
  'data/public/sample_submission.csv': 'id,weight\n3,3\n4,3\n',
  'data/private/test_answer.csv': 'id,weight\n3,5\n4,6\n',
};

async function refactored(redistributable: boolean): Promise<{ artifacts: InMemoryArtifactStore; bundle: string }> {
  const artifacts = new InMemoryArtifactStore();
  const raw = await artifacts.putBundle(await putFiles(artifacts, { 'pears.csv': 'length,weight\n1,2\n' }));
  const dataset: Dataset = {
    id: 'pears',
    digest: raw,
    source: { id: 'pears', title: 'Pears', licence: 'CC0-1.0' },
    raw,
    files: [{ path: 'pears.csv', sha256: digestOf('x').slice(7), bytes: 18 }],
    redistributable,
  };
  const documents = { dataset: await putJson(artifacts, dataset), design: await artifacts.putBundle(await putFiles(artifacts, DESIGN)) };
  const stage = createRefactorStage({ jobs: new DirectJobRunner({ artifacts }), config: parseRefactorConfig({}) });
  const outcome = await stage(
    { stage: 'refactor', kind: 'task', id: PEARS.id, datasetId: 'pears', generation: 1, attempt: 1, documents, findings: [] },
    { artifacts, signal: new AbortController().signal },
  );
  if (outcome.kind !== 'advanced') throw new Error(`the stage did not advance [kind=${outcome.kind}]`);
  return { artifacts, bundle: outcome.documents['package'] ?? '' };
}

describe('the reference solution', () => {
  it('climbs the ladder that the verification climbs: of a log, that of its lines', async () => {
    const log = { ...PEARS, modality: 'log', columns: [{ name: 'lines', raw: 'lines', type: 'free text', description: '' }] };

    const files = await solutionFiles(log, parseRefactorConfig({}).ladderDirectory);

    expect(files['solution/solve.py']).toContain('"log":"lines"');
  });
});

describe('the refactor stage', () => {
  it.each([true, false])('makes packages that load by the contracts of both peers (redistributable: %s)', async (redistributable) => {
    const { artifacts, bundle } = await refactored(redistributable);
    const script = await readFile(join(import.meta.dirname, 'testing', 'peer_loaders.py'));

    const result = await new DirectJobRunner({ artifacts }).run({
      name: 'peers',
      zone: 'grade',
      trust: 'ours',
      run: { script: 'peer_loaders.py', arguments: ['/input/task', PEARS.id] },
      inputs: [{ at: 'task', bundle }],
      files: { 'peer_loaders.py': new Uint8Array(script) },
    });

    expect({ message: result.message, log: result.log.trim() }).toEqual({ message: '', log: '[]' });
  });

  it('writes a manifest whose revision and file digests anyone can compute again', async () => {
    const { artifacts, bundle } = await refactored(true);

    const manifest = TaskManifest.parse(JSON.parse((await readBundleText(artifacts, bundle, 'task.json')) ?? ''));

    const files = await artifacts.getBundle(bundle);
    expect(manifest.revision).toBe(revisionOf(manifest, files));
    expect(manifest.files.map((file) => file.path)).toEqual(
      files
        .map((file) => file.path)
        .filter((path) => path !== 'task.json')
        .sort(),
    );
  });

  it('keeps raw files out of a package whose licence forbids passing them on, and marks it local', async () => {
    const { artifacts, bundle } = await refactored(false);

    const paths = (await artifacts.getBundle(bundle)).map((file) => file.path);

    expect(paths.filter((path) => path.startsWith('raw'))).toEqual(['raw.txt']);
    expect(JSON.parse((await readBundleText(artifacts, bundle, 'task.json')) ?? '')).toMatchObject({
      local_only: true,
      licence: { redistribution: 'recipe_only' },
    });
  });

  it('gives byte-identical packages twice', async () => {
    const [one, other] = [await refactored(true), await refactored(true)];

    expect(other.bundle).toBe(one.bundle);
  });
});
