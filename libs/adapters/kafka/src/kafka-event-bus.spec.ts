import { eventBusContract } from '@mle-smith/stage-runtime/testing';
import { describeServer, waitFor, type RunningServer } from '@mle-smith/tools/testbed';
import { KafkaBench, news } from './testing/kafka-bench.ts';
import { topicOf } from './topics.ts';

const FACT = 'task.proposed';

function contractOver(server: RunningServer): void {
  const benches: KafkaBench[] = [];
  afterAll(() => Promise.all(benches.map((bench) => bench.close())));

  eventBusContract(async () => {
    const bench = await new KafkaBench(server.address).topics(FACT, 'task.designed');
    benches.push(bench);
    return bench.bus({ maxDeliveries: 3 });
  });
}

await describeServer('the bus over Kafka 3.9', 'kafka-3', contractOver);
await describeServer('the bus over Kafka 4.4', 'kafka', contractOver);

await describeServer('the bus over Kafka', 'kafka', (server) => {
  let bench: KafkaBench;
  beforeEach(async () => {
    bench = await new KafkaBench(server.address).topics(FACT);
  });
  afterEach(() => bench.close());

  it('gives a new group everything that was ever said, with the same ids', async () => {
    const subjects = Array.from({ length: 30 }, (_, index) => `t${index}`);
    const heard: string[][] = [];
    for (const group of ['first', 'second']) {
      const ids: string[] = [];
      heard.push(ids);
      const bus = bench.bus({ group: `${bench.prefix}${group}` });
      bus.subscribe(FACT, async ({ id }) => void ids.push(id));
      if (group === 'first') for (const subject of subjects) await bus.publish(FACT, subject, news(FACT, subject));
      await bus.start();
      await waitFor(() => ids.length >= subjects.length, 20_000);
    }

    expect(new Set(heard[0])).toEqual(new Set(subjects.map((subject) => news(FACT, subject).id)));
    expect([...(heard[1] ?? [])].sort()).toEqual([...(heard[0] ?? [])].sort());
  });

  it('joins a group with a dead member as soon as brokers give that one up, however soon they have to answer', async () => {
    const group = `${bench.prefix}with-dead`;
    const dead = bench.client.consumer({ groupId: group, sessionTimeout: 10_000 });
    await dead.connect();
    await dead.subscribe({ topics: [topicOf(FACT, bench.prefix)], fromBeginning: true });
    const held = Promise.withResolvers<void>();
    const silent = Promise.withResolvers<void>();
    // Who is in the midst of a message says nothing to the brokers, as one that was killed.
    await dead.run({ eachMessage: () => (silent.resolve(), held.promise) });
    await bench.bus().publish(FACT, 't', news(FACT, 't'));
    await silent.promise;

    const heard: string[] = [];
    const bus = bench.bus({ group, startMs: 5_000 });
    bus.subscribe(FACT, async ({ subject }) => void heard.push(subject));
    await bus.start();

    expect(await waitFor(() => heard.includes('t'), 40_000)).toBe(true);
    held.resolve();
    await dead.disconnect();
  });

  it('tells how its handlers took an event: as news where one of them did', async () => {
    const bus = bench.bus();
    const said = { t: ['stale', 'repeated'], u: ['repeated', undefined], v: ['repeated', 'accepted'], w: [undefined, undefined] } as const;
    for (const place of [0, 1] as const) bus.subscribe(FACT, async ({ subject }) => said[subject as keyof typeof said][place]);
    await bus.start();

    for (const subject of Object.keys(said)) {
      await bus.publish(FACT, subject, news(FACT, subject));
      await bus.idle();
    }

    expect(bench.notices.flatMap((notice) => (notice.kind === 'handled' ? [notice.outcome] : []))).toEqual(['stale', 'repeated', 'accepted', 'accepted']);
  });

  it('keeps an event that fails by an outage, and lets other partitions go on', async () => {
    const seen: string[] = [];
    let down = true;
    const bus = bench.bus({ maxDeliveries: 1 });
    bus.subscribe(FACT, async ({ subject }) => {
      if (subject === 'stuck' && down) throw Object.assign(new Error('the store is gone'), { code: 'ECONNREFUSED' });
      seen.push(subject);
    });
    await bus.start();
    await bus.publish(FACT, 'stuck', news(FACT, 'stuck'));
    for (let index = 0; index < 24; index += 1) await bus.publish(FACT, `t${index}`, news(FACT, `t${index}`));
    await waitFor(
      () => seen.length > 12 && bench.notices.some((notice) => notice.kind === 'handled' && notice.outcome === 'failed' && notice.deliveries > 2),
      20_000,
    );
    const whileDown = seen.length;
    down = false;
    await bus.idle();

    expect(whileDown).toBeGreaterThan(12);
    expect(new Set(seen).size).toBe(25);
    expect(bench.count('dead_lettered')).toBe(0);
    expect(bench.crashes).toEqual([]);
  });

  it('keeps an event whose handler does not come back, which holds its partition until it does', async () => {
    const bus = bench.bus({ handlerMs: 50, maxDeliveries: 1 });
    const seen: string[] = [];
    let hangs = true;
    bus.subscribe(FACT, ({ id }) => (hangs ? new Promise(() => undefined) : Promise.resolve(void seen.push(id))));
    await bus.start();
    await bus.publish(FACT, 't', { ...news(FACT, 't'), id: 'first' });
    await bus.publish(FACT, 't', { ...news(FACT, 't'), id: 'second' });
    await waitFor(() => bench.count('handled', 'failed') > 1, 20_000);
    const meanwhile = [...seen];

    hangs = false;
    await bus.idle();

    expect(meanwhile).toEqual([]);
    expect(seen).toEqual(['first', 'second']);
    expect(bench.count('dead_lettered')).toBe(0);
    expect(bench.crashes).toEqual([]);
  });

  it('holds facts back until they are resumed', async () => {
    const bus = bench.bus();
    const seen: string[] = [];
    bus.subscribe(FACT, async ({ subject }) => void seen.push(subject));
    bus.pause([FACT]);
    await bus.start();
    await bus.publish(FACT, 't', news(FACT, 't'));
    const early = await waitFor(() => seen.length > 0, 1_500);

    bus.resume([FACT]);
    await bus.idle();

    expect(early).toBe(false);
    expect(seen).toEqual(['t']);
  });

  it('rests while a fact is held back whose event failed, and loses none', async () => {
    const bus = bench.bus();
    const seen = new Set<string>();
    const subjects = Array.from({ length: 24 }, (_, index) => `t${index}`);
    let down = true;
    bus.subscribe(FACT, async ({ subject }) => {
      bus.pause([FACT]);
      if (down) throw Object.assign(new Error('the store is gone'), { code: 'ECONNREFUSED' });
      seen.add(subject);
    });
    for (const subject of subjects) await bus.publish(FACT, subject, news(FACT, subject));
    await bus.start();
    await waitFor(() => bench.count('handled', 'failed') > 0, 20_000);
    const before = bench.count('fetched');
    const restless = await waitFor(() => bench.count('fetched') > before + 20, 1_500);

    down = false;
    const all = await waitFor(() => (bus.resume([FACT]), seen.size === subjects.length), 20_000);

    expect({ restless, all }).toEqual({ restless: false, all: true });
  });

  it('lets handlers finish when it stops, and publishes on until it is closed', async () => {
    const bus = bench.bus();
    const events: string[] = [];
    const entered = Promise.withResolvers<void>();
    bus.subscribe(FACT, async () => {
      entered.resolve();
      await waitFor(() => events.includes('stopping'), 5_000);
      events.push('handled');
    });
    await bus.start();
    await bus.publish(FACT, 't', news(FACT, 't'));
    await entered.promise;

    const stopped = bus.stop().then(() => events.push('stopped'));
    events.push('stopping');
    await stopped;
    await bus.publish(FACT, 'u', news(FACT, 'u'));

    expect(events).toEqual(['stopping', 'handled', 'stopped']);
  });

  it('carries the trace that an event came from, and both sides work on its behalf', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const behalf: unknown[] = [];
    const heard: unknown[] = [];
    const bus = bench.bus({
      trace: (trace, work) => {
        behalf.push(trace);
        return work();
      },
    });
    bus.subscribe(FACT, async (event) => void heard.push(event.traceparent));
    await bus.start();

    await bus.publish(FACT, 't', { ...news(FACT, 't'), traceparent });
    await bus.idle();

    expect(behalf).toEqual([{ traceparent }, { traceparent }]);
    expect(heard).toEqual([traceparent]);
  });
});
