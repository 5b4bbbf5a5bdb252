import { datasetSourceContract } from './dataset-source-contract.ts';
import { InMemoryDatasetSource } from './in-memory-dataset-source.ts';

describe('the in-memory dataset source', () => {
  datasetSourceContract(async (limits) => new InMemoryDatasetSource(limits));
});
