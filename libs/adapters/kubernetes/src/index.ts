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
