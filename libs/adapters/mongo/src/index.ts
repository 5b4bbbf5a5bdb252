export type { ConnectionSettings } from './connect.ts';
export { migrate } from './migrate.ts';
export { MongoBudgetBook, type MongoBudgetBookOptions } from './mongo-budget-book.ts';
export { MongoCallStore } from './mongo-call-store.ts';
export { MongoState, type MongoStateOptions } from './mongo-state.ts';
export { MongoTaskStore } from './mongo-task-store.ts';
export { InvalidIdError, MissingIndexError, StoreDeniedError, StoreFailedError, StoreUnreachableError, StoreVersionError } from './store-errors.ts';
