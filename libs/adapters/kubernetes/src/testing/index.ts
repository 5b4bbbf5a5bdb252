export { PodHistory, type PodSight } from './pod-history.ts';
export { testCluster, type TestCluster } from './test-cluster.ts';
