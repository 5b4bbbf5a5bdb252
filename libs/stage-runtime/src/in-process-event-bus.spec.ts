import { InProcessEventBus } from './in-process-event-bus.ts';
import { eventBusContract } from './testing/event-bus-contract.ts';

describe('the in-process bus', () => {
  eventBusContract(async () => new InProcessEventBus());
});
