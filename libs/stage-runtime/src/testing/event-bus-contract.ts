import { event } from '../transitions.ts';
import type { EventBus, RemoteEventBus } from '../event-bus.ts';

type AnyEventBus = EventBus & Partial<RemoteEventBus>;

/** What every EventBus must do, a hostile one too. `create` gives a fresh bus without subscribers, which is started when they are there. */
export function eventBusContract(create: () => Promise<AnyEventBus>): void {
  const opened: AnyEventBus[] = [];
  const open = async (): Promise<AnyEventBus> => {
    const bus = await create();
    opened.push(bus);
    return bus;
  };
  afterEach(async () => {
    for (const bus of opened.splice(0)) await bus.close?.();
  });
  const fact = 'task.proposed';
  const news = (id: string) => event(fact, { id, datasetId: 'd', generation: 1 }, {}, 0);
  /** A publisher with an outbox: tries until the bus has taken the event. */
  const publish = async (bus: EventBus, id: string): Promise<void> => {
    for (let taken = false; !taken;)
      taken = await bus.publish(fact, id, news(id)).then(
        () => true,
        () => false,
      );
  };

  it('delivers what it has taken to every subscriber of the fact, at least once', async () => {
    const bus = await open();
    const seen = [new Set<string>(), new Set<string>()];
    for (const set of seen) bus.subscribe(fact, async ({ subject }) => void set.add(subject));
    await bus.start?.();

    await Promise.all(Array.from({ length: 50 }, (_, index) => publish(bus, `t${index}`)));
    await bus.idle();

    expect(seen.map((set) => set.size)).toEqual([50, 50]);
  });

  it('tells nothing to subscribers of other facts', async () => {
    const bus = await open();
    const seen: string[] = [];
    bus.subscribe('task.designed', async ({ subject }) => void seen.push(subject));
    await bus.start?.();

    await publish(bus, 't');
    await bus.idle();

    expect(seen).toEqual([]);
  });

  it('calls a handler again that threw', async () => {
    const bus = await open();
    let calls = 0;
    bus.subscribe(fact, async () => {
      calls += 1;
      if (calls === 1) throw new Error('not now');
    });
    await bus.start?.();

    await publish(bus, 't');
    await bus.idle();

    expect(calls).toBeGreaterThanOrEqual(2);
  });

  it('goes on with other events when a handler never takes one', async () => {
    const bus = await open();
    const seen = new Set<string>();
    bus.subscribe(fact, async ({ subject }) => {
      if (subject === 'poison') throw new Error('never');
      seen.add(subject);
    });
    await bus.start?.();

    // Whether the publisher hears of it is the bus's own affair.
    await bus.publish(fact, 'poison', news('poison')).catch(() => undefined);
    await publish(bus, 'good');
    await bus.idle();

    expect(seen).toEqual(new Set(['good']));
  });

  it('lets a handler publish, and is idle only when that was handled too', async () => {
    const bus = await open();
    const seen: string[] = [];
    bus.subscribe(fact, () => publishDesigned(bus));
    bus.subscribe('task.designed', async ({ subject }) => void seen.push(subject));
    await bus.start?.();

    await publish(bus, 't');
    await bus.idle();

    expect(new Set(seen)).toEqual(new Set(['t']));
  });
}

async function publishDesigned(bus: EventBus): Promise<void> {
  await bus.publish('task.designed', 't', event('task.designed', { id: 't', datasetId: 'd', generation: 1 }, {}, 0));
}
