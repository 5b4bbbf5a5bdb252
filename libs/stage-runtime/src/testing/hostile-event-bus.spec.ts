import { event } from '../transitions.ts';
import { eventBusContract } from './event-bus-contract.ts';
import { HostileEventBus } from './hostile-event-bus.ts';

describe.each([1, 2, 3])('the hostile bus with seed %i', (seed) => {
  eventBusContract(async () => new HostileEventBus(seed));
});

describe('the hostile bus', () => {
  const order = async (seed: number): Promise<{ seen: string[]; made: HostileEventBus['made'] }> => {
    const bus = new HostileEventBus(seed);
    const seen: string[] = [];
    bus.subscribe('task.proposed', async ({ subject }) => void seen.push(subject));
    await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        bus.publish('task.proposed', `t${index}`, event('task.proposed', { id: `t${index}`, datasetId: 'd', generation: 1 }, {}, 0)),
      ),
    );
    return { seen, made: bus.made };
  };

  it('makes every kind of trouble', async () => {
    const { made, seen } = await order(1);

    expect(Object.values(made).every((count) => count > 0)).toBe(true);
    expect(seen).not.toEqual([...seen].sort());
  });

  it('makes the same trouble for the same seed', async () => {
    expect(await order(7)).toEqual(await order(7));
    expect((await order(7)).seen).not.toEqual((await order(8)).seen);
  });
});
