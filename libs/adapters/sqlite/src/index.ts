export { isLocked, takeLock } from './directory-lock.ts';
export { SqliteTaskStore } from './sqlite-task-store.ts';
export { StateDamagedError, StateInUseError, StateVersionError } from './state-errors.ts';
export type { DamagedSubject } from './set-aside.ts';
