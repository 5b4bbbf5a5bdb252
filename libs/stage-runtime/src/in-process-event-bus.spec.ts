import { InProcessEventBus } from './in-process-event-bus.ts';
import { eventBusContract } from './testing/event-bus-contract.ts';
import { event } from './transitions.ts';

describe('the in-process bus', () => {
  eventBusContract(async () => new InProcessEventBus());

  it('tells the publisher that a handler never takes an event, so that its outbox keeps it', async () => {
    const bus = new InProcessEventBus();
    bus.subscribe('task.proposed', () => Promise.reject(new Error('never')));

    const published = bus.publish('task.proposed', 't', event('task.proposed', { id: 't', datasetId: 'd', generation: 1 }, {}, 0));

    await expect(published).rejects.toThrow('never');
  });
});
