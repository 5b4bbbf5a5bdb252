import type { TaskEvent } from '@mle-smith/contracts';
import { deterministicName } from '@mle-smith/task';
import type { EventBus } from './event-bus.ts';
import { newSubject } from './new-subject.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { InMemoryTaskStore } from './testing/in-memory-task-store.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { event } from './transitions.ts';

const EVENTS = 1_000;

/** A store whose outboxes hold one event each. */
async function fullOutboxes(): Promise<InMemoryTaskStore> {
  const store = new InMemoryTaskStore(() => 1);
  for (let number = 0; number < EVENTS; number += 1) {
    const task = newSubject({ id: `t${number}`, kind: 'task', datasetId: 'd', state: 'task.designed' }, 1);
    store.plant({ ...task, outbox: [event('task.designed', task, {}, 0)] });
  }
  return store;
}

/** A bus that takes its time, as brokers do, and counts how often each event was told. */
function countingBus(): EventBus & { readonly told: Map<string, number> } {
  const told = new Map<string, number>();
  const publish = async (_fact: string, _key: string, { id }: TaskEvent): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    told.set(id, (told.get(id) ?? 0) + 1);
  };
  return { told, publish, subscribe: () => undefined, idle: async () => undefined };
}

/** How many events two relays that work at once tell more than once. */
async function doubledBy(beginAfter: (() => string) | undefined): Promise<{ told: number; doubled: number; left: number }> {
  const [store, bus] = [await fullOutboxes(), countingBus()];
  const relays = [1, 2].map(() => new OutboxRelay(store, bus, beginAfter === undefined ? {} : { beginAfter }));
  await Promise.all(relays.map((relay) => relay.relay()));
  const left = (await store.pendingEvents(EVENTS)).length;
  return { told: bus.told.size, doubled: [...bus.told.values()].filter((times) => times > 1).length, left };
}

describe('relays of many processes', () => {
  it('tell everything that waits, however much, in one go', async () => {
    const [store, bus] = [await fullOutboxes(), countingBus()];

    await new OutboxRelay(store, bus).relay();

    expect([bus.told.size, await store.pendingEvents(1)]).toEqual([EVENTS, []]);
  });

  it('tell little of it twice where each begins at any place, and all of it where they begin at the first', async () => {
    const random = seededRandom(7);

    const alike = await doubledBy(undefined);
    const apart = await doubledBy(() => deterministicName(random()));

    expect([alike, apart]).toMatchObject([
      { told: EVENTS, left: 0 },
      { told: EVENTS, left: 0 },
    ]);
    expect(alike.doubled).toBeGreaterThan(0.9 * EVENTS);
    expect(apart.doubled).toBeLessThan(0.3 * EVENTS);
  });

  it('end where nothing can be told, and tell what others can', async () => {
    const [store, bus] = [await fullOutboxes(), countingBus()];
    const failures: unknown[] = [];
    const beforePublish = async ({ subject }: TaskEvent): Promise<void> => {
      if (subject === 't500') throw new Error('not this one');
    };

    await new OutboxRelay(store, bus, {
      beforePublish,
      onFailure: (error) => failures.push(error),
      beginAfter: () => deterministicName(failures.length),
    }).relay();

    expect((await store.pendingEvents(10)).map(({ subject }) => subject)).toEqual(['t500']);
    expect(failures.length).toBeGreaterThan(0);
  });
});
