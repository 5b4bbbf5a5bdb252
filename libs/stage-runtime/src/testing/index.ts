export { Bench } from './bench.ts';
export { eventBusContract } from './event-bus-contract.ts';
export { HostileEventBus, PublicationLostError, type Hostility } from './hostile-event-bus.ts';
export { InMemoryTaskStore } from './in-memory-task-store.ts';
export { ManualClock } from './manual-clock.ts';
export { BLOCKING, scriptedStages } from './scripted-stages.ts';
export { movableStoreContract } from './movable-store-contract.ts';
export { seededRandom } from './seeded-random.ts';
export { taskStoreContract, type StoreUnderTest } from './task-store-contract.ts';
