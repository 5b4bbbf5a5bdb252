import { setTimeout as rest } from 'node:timers/promises';
import { eventType, type TaskEvent } from '@mle-smith/contracts';
import { acceptDatasets } from '@mle-smith/ingest';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { holdIntake } from '@mle-smith/service';
import { describeServers, waitFor } from '@mle-smith/tools/testbed';
import { STUB_SERVERS, StubInstallation } from './stub-installation.ts';

const FLOOD = 60;
const MARKS = { low: 5, high: 20 };
/** One of each partition that is read at once may be on its way when the queue is looked at, and again when the intake is held. */
const ON_THE_WAY = 8;

function received(id: string): TaskEvent {
  return {
    id: `event-${id}`,
    type: eventType('dataset.received'),
    source: 'a-lake',
    subject: id,
    time: '2026-01-02T03:04:05.000Z',
    data: { generation: 1, datasetId: id, documents: {}, uri: `s3://lake/${id}/` },
  };
}

await describeServers('a flood of announced datasets', STUB_SERVERS, (servers) => {
  let installation: StubInstallation;
  beforeAll(async () => void (installation = await StubInstallation.open(servers, new InMemoryArtifactStore())));
  afterAll(() => installation.close());

  it('waits in Kafka while queues are deep, and all of it is taken in', async () => {
    const { state, bus } = await installation.process('ingest');
    const store = state.tasks;
    const [done, notices, faults]: [Set<string>, string[], unknown[]] = [new Set(), [], []];
    acceptDatasets({ bus, store, artifacts: installation.artifacts });
    // Slower than the intake.
    const ingest = async ({ id }: { id: string }) => {
      await rest(10);
      done.add(id);
      return { kind: 'ended', code: 'too_large', message: 'seen' } as const;
    };
    const station = installation.station('ingest', { state, bus }, { ingest }, { workers: 1 });
    const watch = holdIntake({ store, bus, marks: MARKS, onNotice: ({ kind }) => notices.push(kind), onFault: (error) => faults.push(error), lookMs: 50 });
    const stop = new AbortController();
    const ids = Array.from({ length: FLOOD }, (_, index) => `d${index}`);
    await Promise.all(ids.map((id) => bus.publish('dataset.received', id, received(id))));

    await bus.start();
    const running = [station.start(), watch(stop.signal)];
    const depths: number[] = [];
    const all = await waitFor(async () => depths.push(await store.depth('dataset.received', FLOOD)) > 0 && done.size === FLOOD, 30_000, 5);
    const resumed = await waitFor(() => notices.at(-1) === 'resumed', 30_000);
    stop.abort();
    await station.drain();
    await Promise.all(running);

    expect([all, resumed]).toEqual([true, true]);
    expect(Math.max(...depths)).toBeLessThanOrEqual(MARKS.high + 1 + ON_THE_WAY);
    expect(Math.max(...depths)).toBeGreaterThan(MARKS.low);
    expect(notices.filter((kind) => kind === 'paused').length).toBeGreaterThan(1);
    expect((await store.counts()).map(({ state: at, subjects }) => [at, subjects])).toEqual([['dataset.refused', FLOOD]]);
    expect(faults).toEqual([]);
  });
});
