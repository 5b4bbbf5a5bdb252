export type { ClusterAccess } from './cluster/cluster-api.ts';
export {
  ClusterRefusedError,
  ClusterUnreachableError,
  JobNameConflictError,
  OrderRefusedError,
  PodJobRemovedError,
  UnsandboxedRefusedError,
} from './cluster/cluster-errors.ts';
export { isAllowedVariable } from './cluster/job-manifest.ts';
export { KubernetesPodJobs, type KubernetesPodJobsOptions } from './cluster/kubernetes-pod-jobs.ts';
export {
  PodJobEndedError,
  type Charge,
  type FailureClass,
  type PodAddress,
  type PodEnd,
  type PodJob,
  type PodJobOrder,
  type PodJobs,
  type PodLimits,
  type PodZone,
} from './cluster/pod-jobs.ts';
export { KubernetesJobRunner, PodFaultError, type KubernetesJobRunnerOptions } from './runner/kubernetes-job-runner.ts';
export { onceOrder, ownerOf, profileOf, warmOrder, type ZoneProfiles } from './runner/pod-order.ts';
export type { PodTimes } from './runner/pod-sandbox.ts';
export { PodProfile, PodSettings, type PodSettingsInput } from './cluster/settings.ts';
