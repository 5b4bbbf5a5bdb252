import { InMemoryTaskStore } from './in-memory-task-store.ts';
import { ManualClock } from './manual-clock.ts';
import { movableStoreContract } from './movable-store-contract.ts';
import { taskStoreContract } from './task-store-contract.ts';

describe('the in-memory task store', () => {
  taskStoreContract(async () => {
    const clock = new ManualClock();
    return { store: new InMemoryTaskStore(clock.now), advance: (ms) => clock.advance(ms) };
  });

  movableStoreContract(async () => new InMemoryTaskStore());
});
