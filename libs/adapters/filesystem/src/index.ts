export { FilesystemArtifactStore } from './filesystem-artifact-store.ts';
export { CallDamagedError, FilesystemCallStore } from './filesystem-call-store.ts';
