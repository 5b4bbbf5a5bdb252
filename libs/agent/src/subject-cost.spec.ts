import { MOST_DEAREST } from '@mle-smith/contracts';
import { newSubject, type SubjectRecord } from '@mle-smith/stage-runtime';
import { InMemoryTaskStore } from '@mle-smith/stage-runtime/testing';
import { allCosts } from './all-costs.ts';
import type { CallSpent } from './call-store.ts';
import { costOfSubject, sumOf } from './subject-cost.ts';

const call = (subject: string, stage: string, cost: number | null, agent = 'designer'): CallSpent => ({
  place: { agent, stage, subject, dataset: 'cars', generation: 1 },
  identity: { model: 'small', endpoint: 'https://models.example' },
  usage: { input: 100, output: 10, reported: true },
  cost,
  at: 0,
});
const task = (id: string, state: string, used: SubjectRecord['used']): SubjectRecord => ({
  ...newSubject({ id, kind: 'task', datasetId: 'cars', state }, 1),
  used,
});
const use = (cpuSeconds: number, gpuSeconds = 0) => ({ attempts: 1, seconds: 1, cpuSeconds, gpuSeconds });
const MODELS = { calls: 1, inputTokens: 100, outputTokens: 10, usd: 0.5, unpriced: 0 };

describe('what a subject costs', () => {
  it('is told by stage, machines and models together', () => {
    const cost = costOfSubject(
      { used: { design: { attempts: 2, seconds: 2, cpuSeconds: 0.3, gpuSeconds: 0 }, execute: { attempts: 1, seconds: 4, cpuSeconds: 3, gpuSeconds: 8 } } },
      [call('cars--mpg', 'design', 500_000), call('cars--mpg', 'review', null, 'judge')],
    );

    expect(cost).toMatchObject({ calls: 2, usd: 0.5, unpriced: 1, seconds: 6, cpuSeconds: 3.3, gpuSeconds: 8 });
    expect(Object.keys(cost.byAgent)).toEqual(['designer', 'judge']);
    expect(cost.byStage).toEqual({
      design: { attempts: 2, seconds: 2, cpuSeconds: 0.3, gpuSeconds: 0, ...MODELS },
      execute: { attempts: 1, seconds: 4, cpuSeconds: 3, gpuSeconds: 8, calls: 0, inputTokens: 0, outputTokens: 0, usd: 0, unpriced: 0 },
      review: { attempts: 0, seconds: 0, cpuSeconds: 0, gpuSeconds: 0, ...MODELS, usd: 0, unpriced: 1 },
    });
    expect(sumOf(Object.values(cost.byStage))).toMatchObject({ attempts: 3, cpuSeconds: 3.3, gpuSeconds: 8, calls: 2, usd: 0.5 });
  });
});

describe('allCosts', () => {
  it('tells what all took by stage, and what verified tasks did, the dearest first; variants are no tasks of their own', async () => {
    const store = new InMemoryTaskStore();
    await store.insert({ ...newSubject({ id: 'cars', kind: 'dataset', datasetId: 'cars', state: 'dataset.brainstormed' }, 1), used: { ingest: use(9) } });
    await store.insert(task('cars--cheap', 'task.verified', { design: use(0.1) }));
    await store.insert(task('cars--dear', 'task.verified', { design: use(0.2), execute: use(2, 6) }));
    await store.insert(task('cars--lost', 'task.abandoned', { design: use(0.4) }));
    await store.insert(task('cars--dear--micro', 'task.verified', { execute: use(1) }));
    await store.insert(task('cars--old', 'task.verified', undefined));

    const costs = await allCosts(store, [call('cars', 'brainstorm', 1_000), call('cars--dear', 'design', 500_000), call('cars--lost', 'design', 250_000)]);

    expect(costs.all.usd).toBe(0.751);
    expect(costs.byStage['design']).toMatchObject({ attempts: 3, cpuSeconds: 0.7, calls: 2, usd: 0.75 });
    expect(costs.byStage['ingest']).toMatchObject({ cpuSeconds: 9 });
    expect(costs.verified.tasks).toBe(3);
    expect(costs.verified.byStage).toMatchObject({
      design: { attempts: 2, cpuSeconds: 0.3, usd: 0.5 },
      execute: { attempts: 1, cpuSeconds: 2, gpuSeconds: 6 },
    });
    expect(Object.keys(costs.verified.byStage)).toEqual(['design', 'execute']);
    expect(costs.verified.dearest.map(({ id }) => id)).toEqual(['cars--dear', 'cars--cheap', 'cars--old']);
  });

  it('tells what all work came to for each verified task, with what was abandoned, refused or waits', async () => {
    const store = new InMemoryTaskStore();
    const dataset = (id: string, state: string, cpuSeconds: number): SubjectRecord => ({
      ...newSubject({ id, kind: 'dataset', datasetId: id, state }, 1),
      used: { ingest: use(cpuSeconds) },
    });
    await store.insert(dataset('cars', 'dataset.brainstormed', 9));
    await store.insert(dataset('broken', 'dataset.refused', 3));
    await store.insert(task('cars--one', 'task.verified', { design: use(1), execute: use(2, 6) }));
    await store.insert(task('cars--two', 'task.verified', { design: use(1) }));
    await store.insert(task('cars--lost', 'task.abandoned', { design: use(4), execute: use(8, 2) }));
    await store.insert(task('cars--waits', 'task.designed', { design: use(2) }));
    const calls = [call('cars--one', 'design', 500_000), call('cars--lost', 'design', 250_000), call('cars--waits', 'design', null)];

    const { perVerifiedTask, verified } = await allCosts(store, calls);

    expect(verified.byStage).toMatchObject({ design: { cpuSeconds: 2, usd: 0.5 }, execute: { cpuSeconds: 2, gpuSeconds: 6 } });
    expect(perVerifiedTask?.byStage).toEqual({
      ingest: { attempts: 1, seconds: 1, cpuSeconds: 6, gpuSeconds: 0, calls: 0, inputTokens: 0, outputTokens: 0, usd: 0, unpriced: 0 },
      design: { attempts: 2, seconds: 2, cpuSeconds: 4, gpuSeconds: 0, calls: 1.5, inputTokens: 150, outputTokens: 15, usd: 0.375, unpriced: 0.5 },
      execute: { attempts: 1, seconds: 1, cpuSeconds: 5, gpuSeconds: 4, calls: 0, inputTokens: 0, outputTokens: 0, usd: 0, unpriced: 0 },
    });
    expect(perVerifiedTask?.all).toMatchObject({ cpuSeconds: 15, gpuSeconds: 4, usd: 0.375, inputTokens: 150 });
  });

  it('divides nothing while no task is verified', async () => {
    const store = new InMemoryTaskStore();
    await store.insert(task('cars--waits', 'task.designed', { design: use(2) }));

    const costs = await allCosts(store, []);

    expect(costs.byStage).toMatchObject({ design: { cpuSeconds: 2 } });
    expect(costs).not.toHaveProperty('perVerifiedTask');
  });

  it('tells each of so many tasks and no more', async () => {
    const store = new InMemoryTaskStore();
    for (let place = 0; place < MOST_DEAREST + 20; place += 1) await store.insert(task(`cars--t${place}`, 'task.verified', { design: use(place) }));

    const { verified } = await allCosts(store, []);

    expect([verified.tasks, verified.dearest.length, verified.dearest[0]?.id]).toEqual([MOST_DEAREST + 20, MOST_DEAREST, `cars--t${MOST_DEAREST + 19}`]);
  });
});
