export { SqliteTaskStore } from './sqlite-task-store.ts';
export { StateInUseError, StateVersionError } from './state-errors.ts';
