export { IngestConfig } from './config.ts';
export { acceptDatasets, type AcceptOptions } from './stage/accept-dataset.ts';
export { createIngestStage, type IngestOptions } from './stage/ingest.ts';
export { isRedistributable, readSource } from './stage/source.ts';
export { foldersAt, type OpenFolder, type RawFolder } from './stage/open-folder.ts';
export { locatedFolders } from './stage/located-folder.ts';
export { refusalOf, RefusedError, snapshot } from './stage/snapshot.ts';
