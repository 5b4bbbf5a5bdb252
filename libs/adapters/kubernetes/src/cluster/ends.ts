import type { Charge, FailureClass } from './pod-jobs.ts';

interface EndRow {
  readonly failure: FailureClass;
  readonly charge: Charge;
  /** What an operator does. */
  readonly advice: string;
}

/** How a pod can end: code → class and charge (platform KJ-5). The table of the README is this one, by test. */
export const ENDS = {
  exited: { failure: 'none', charge: 'none', advice: 'nothing' },
  exited_nonzero: { failure: 'program', charge: 'task', advice: 'read what the pod said last, in the line `pod.ended` of the service' },
  out_of_memory: { failure: 'memory', charge: 'task', advice: 'nothing; where it is common, a larger limit of memory' },
  disk_full: { failure: 'disk', charge: 'task', advice: 'nothing; where it is common, a larger limit of disk' },
  deadline_exceeded: { failure: 'timeout', charge: 'task', advice: 'nothing; where it is common, a longer deadline' },
  pod_disrupted: { failure: 'infra', charge: 'infra', advice: 'nothing; where it is common, nodes that are not emptied under work, or a priority class' },
  pod_deleted: { failure: 'infra', charge: 'infra', advice: 'find out who deletes pods of these namespaces' },
  ended_by_node: { failure: 'infra', charge: 'infra', advice: 'nothing; where it is common, look at that node' },
  pod_vanished: { failure: 'infra', charge: 'infra', advice: 'find out who deletes pods of these namespaces' },
  job_vanished: { failure: 'infra', charge: 'infra', advice: 'find out who deletes Jobs of these namespaces' },
  job_suspended: { failure: 'infra', charge: 'infra', advice: 'nothing: Kueue took the place for somebody else' },
  node_lost: { failure: 'infra', charge: 'infra', advice: 'look at that node; delete its pods by force if it does not come back' },
  pod_failed: { failure: 'infra', charge: 'infra', advice: 'read the reason; kubelet ended the pod by itself' },
  preparation_failed: { failure: 'platform', charge: 'infra', advice: 'look for what adds init containers to these pods' },
  image_unavailable: { failure: 'config', charge: 'terminal', advice: 'make the image available to the nodes, or correct images and pull secrets' },
  container_not_started: { failure: 'config', charge: 'terminal', advice: 'correct command, RuntimeClass or what else the reason names' },
  pod_refused: { failure: 'config', charge: 'terminal', advice: 'correct what the policy or limit range of the namespace names' },
  input_full: {
    failure: 'config',
    charge: 'terminal',
    advice: 'keep the profile off nodes whose file systems have blocks above 4 KiB',
  },
  unschedulable: { failure: 'capacity', charge: 'terminal', advice: 'add nodes that fit the profile, or correct its selector, tolerations and amounts' },
  quota_exceeded: { failure: 'capacity', charge: 'infra', advice: 'wait, or raise the ResourceQuota of the namespace or the quota of the queue' },
} as const satisfies Readonly<Record<string, EndRow>>;
export type EndCode = keyof typeof ENDS;
