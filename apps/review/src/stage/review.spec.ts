import { failing, ScriptedSource } from '@mle-smith/agent/testing';
import { ReviewVerdict } from '@mle-smith/contracts';
import { canonicalJson, getJson, putFiles, putJson } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import type { StageOutcome } from '@mle-smith/stage-runtime';
import { parseReviewConfig } from '../config.ts';
import type { Material } from './judge.ts';
import { openPanel, type Panel } from './llm/panel.ts';
import { createReviewStage } from './review.ts';
import { cleanMaterial } from './testing/clean-material.ts';

async function reviewed(material: Material, generation = 1, panel?: Panel): Promise<{ outcome: StageOutcome; verdict: ReviewVerdict }> {
  const artifacts = new InMemoryArtifactStore();
  const bundle = await artifacts.putBundle(
    await putFiles(artifacts, { 'task.json': canonicalJson(material.manifest), 'data/public/description.txt': material.description ?? '' }),
  );
  const documents = { package: bundle, assert: await putJson(artifacts, material.assert), audit: await putJson(artifacts, material.audit) };
  const stage = createReviewStage({ config: parseReviewConfig({}), panel });
  const outcome = await stage(
    { stage: 'review', kind: 'task', id: 'cars-mpg', datasetId: 'cars', generation, attempt: 1, documents, findings: [] },
    { artifacts, signal: new AbortController().signal },
  );
  const left = 'documents' in outcome ? outcome.documents?.['review'] : undefined;
  return { outcome, verdict: left === undefined ? ({} as ReviewVerdict) : ReviewVerdict.parse(await getJson(artifacts, left)) };
}

/** A package whose metric does not fit its objective; nothing else is wrong. */
function unfitting(): Material {
  const material = cleanMaterial();
  material.audit.audit.facts.metric = 'mean_poisson_deviance';
  return { ...material, description: `${material.description} Mean Poisson deviance.` };
}

describe('the review stage', () => {
  it.each([
    ['wants fewer calls for an hour', failing('rate', { retryAfterMs: 3_600_000 }), { kind: 'retry', code: 'model_rate', afterMs: 3_600_000 }],
    ['is not to be reached', failing('transport'), { kind: 'retry', code: 'model_transport' }],
    ['refuses to judge', failing('refusal'), { kind: 'ended', code: 'review_error' }],
  ])('puts a task aside or says that it was not judged where the model %s', async (_, fault, expected) => {
    const panel = await openPanel(new ScriptedSource({ careful: [fault], 'careful-2': [fault], sceptic: [fault], 'sceptic-2': [fault] }));

    expect((await reviewed(cleanMaterial(), 1, panel)).outcome).toMatchObject(expected);
  });

  it('lets a clean package go on and leaves its verdict', async () => {
    const { outcome, verdict } = await reviewed(cleanMaterial());

    expect({ kind: outcome.kind, recommendation: verdict.recommendation }).toEqual({ kind: 'advanced', recommendation: 'recommended' });
  });

  it('returns what a designer can mend, with the repair', async () => {
    const { outcome } = await reviewed(unfitting());

    expect(outcome).toMatchObject({
      kind: 'returned',
      to: 'design',
      findings: [{ rule: 'metric_fit', severity: 'block', repair: { action: 'change_metric', value: 'rmse' } }],
    });
  });

  it('ends a task that two rounds of repair did not mend', async () => {
    const { outcome } = await reviewed(unfitting(), 3);

    expect(outcome).toMatchObject({ kind: 'ended', code: 'rejected_by_review' });
  });

  it('ends a task whose low scores no repair can raise, and says which', async () => {
    const material = cleanMaterial();
    material.manifest.question.user = '';

    const { outcome } = await reviewed(material);

    expect(outcome).toMatchObject({ kind: 'ended', code: 'rejected_by_review', message: expect.stringContaining('task_validity 2') });
  });

  it('quotes only what the package holds, so that a reader can look it up', async () => {
    const { verdict } = await reviewed(cleanMaterial());

    const places = new Set(verdict.dimensions.flatMap(({ evidence }) => evidence.map(({ source }) => source.split('#')[0])));

    expect([...places].sort()).toEqual(['data/public/description.txt', 'task.json', 'verification/assert.json', 'verification/audit.json']);
  });
});
