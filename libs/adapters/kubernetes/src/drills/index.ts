export { ClusterDrill, type Seen } from './cluster-drill.ts';
export { JobBook, type SeenJob } from './job-book.ts';
export { FaultyApi, type ApiFaultOfWay } from '../testing/faulty-api.ts';
