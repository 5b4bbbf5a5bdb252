import { auditStore, changeFor, DEFAULT_RETRY_POLICY, newSubject, type StageOutcome, type TaskStore } from '@mle-smith/stage-runtime';
import { BLOCKING, seededRandom } from '@mle-smith/stage-runtime/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { PIPELINE, type StageName } from '@mle-smith/contracts';
import { legalSuccessors, stageOf } from '@mle-smith/task';
import { describeServer } from '@mle-smith/tools/testbed';
import { TestDatabases } from './testing/open-state.ts';

const STATES = PIPELINE.map((row) => row.consumes);
const POLICY = { ...DEFAULT_RETRY_POLICY, backoffMs: 0 };

/** What a stage may answer, by chance. */
function outcomeOf(stage: StageName, random: () => number): StageOutcome {
  const to = PIPELINE.find((row) => row.stage === stage)?.rejectsTo[0] as StageName | undefined;
  const chance = random();
  if (chance < 0.15 && to !== undefined) return { kind: 'returned', to, findings: [BLOCKING], documents: {} };
  if (chance < 0.25) return { kind: 'retry', code: 'busy', message: '' };
  if (chance < 0.28) return { kind: 'ended', code: 'trivial', message: '' };
  return { kind: 'advanced', documents: {} };
}

/** One of many that work on the same few tasks; notes each event that the store took from it. */
async function writer(store: TaskStore, ids: readonly string[], random: () => number, told: Set<string>, settled: Set<string>): Promise<void> {
  const id = ids[Math.floor(random() * ids.length)] ?? '';
  const chance = random();
  if (chance < 0.02) return void (await store.requestCancel(id));
  if (chance < 0.05) {
    // Somebody who never held it.
    const record = await store.get(id);
    const stage = record === undefined ? undefined : stageOf(record.state);
    if (record === undefined || stage === undefined) return;
    await store.apply(id, record.fence - 1, changeFor(record, { kind: 'advanced', documents: {} }, { stage, now: 0, durationMs: 0 }, POLICY));
    return;
  }
  if (chance < 0.2) {
    for (const { subject, event } of await store.pendingEvents(5)) {
      settled.add(event.id);
      await store.settleEvent(subject, event.id);
    }
    return;
  }
  const record = await store.claim(STATES, 'writer', 60_000);
  const stage = record === undefined ? undefined : stageOf(record.state);
  if (record === undefined || stage === undefined) return;
  if (random() < 0.1) return void (await store.release(record.id, record.fence));
  if (random() < 0.1) await store.renew(record.id, record.fence, 60_000);
  const change = changeFor(record, outcomeOf(stage, random), { stage, now: await store.now(), durationMs: 0 }, POLICY);
  if (await store.apply(record.id, record.fence, change)) for (const event of change.events ?? []) told.add(event.id);
}

await describeServer('many writers at once', 'mongo', (server) => {
  const databases = new TestDatabases(server.address);
  afterAll(() => databases.drop());

  it('leave only paths of the pipeline and lose no event', async () => {
    const seed = 1;
    const uri = await databases.migrated();
    const stores = (await Promise.all([1, 2, 3].map(() => databases.open(uri)))).map(({ tasks }) => tasks);
    const store = stores[0] as TaskStore;
    const ids = ['t1', 't2', 't3'];
    const far = (await store.now()) + DEFAULT_RETRY_POLICY.deadlineMs;
    await store.insert({ ...newSubject({ id: 'd', kind: 'dataset', datasetId: 'd', state: 'dataset.brainstormed' }, far) });
    for (const id of ids) await store.insert(newSubject({ id, kind: 'task', datasetId: 'd', state: 'task.proposed' }, far));
    const [told, settled] = [new Set<string>(), new Set<string>()];
    const writers = Array.from({ length: 50 }, async (_, index) => {
      const random = seededRandom(seed * 1_000 + index);
      for (let turn = 0; turn < 4; turn += 1) await writer(stores[index % 3] as TaskStore, ids, random, told, settled);
    });

    await Promise.all(writers);

    const waits = (await store.pendingEvents(100)).map(({ event }) => event.id);
    expect([...told].filter((id) => !settled.has(id) && !waits.includes(id))).toEqual([]);
    expect(told.size).toBeGreaterThan(10);
    for (const id of ids) for (const row of await store.history(id)) expect([...legalSuccessors(row.from), row.from]).toContain(row.to);
    expect((await auditStore(store, new InMemoryArtifactStore())).filter(({ subject }) => subject !== 'd')).toEqual([]);
    await databases.close();
  });
});
