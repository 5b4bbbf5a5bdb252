import { InMemoryTaskStore } from './in-memory-task-store.ts';
import { taskStoreContract } from './task-store-contract.ts';

describe('the in-memory task store', () => {
  taskStoreContract(async (now) => new InMemoryTaskStore(now));
});
