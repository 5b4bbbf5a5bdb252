export { exampleValue } from './example-value.ts';
export { exportablePackage } from './exportable-package.ts';
export { artifactStoreContract } from './artifact-store-contract.ts';
export { InMemoryArtifactStore } from './in-memory-artifact-store.ts';
export { datasetSourceContract, type SourceLimits, type WrittenSource } from './dataset-source-contract.ts';
export { InMemoryDatasetSource } from './in-memory-dataset-source.ts';
