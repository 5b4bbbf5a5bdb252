export { FilesystemArtifactStore } from './filesystem-artifact-store.ts';
export { openRegular } from './regular-file.ts';
export { CallDamagedError, FilesystemCallStore } from './filesystem-call-store.ts';
export { ownFolder, type OwnFolder } from './own-folder.ts';
