import type { V1ContainerStatus, V1Job, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { CONTAINER } from './names.ts';
import type { EndCode } from './ends.ts';
import type { Graces } from './settings.ts';
import { msOf } from './times.ts';

/** What is known of one Job. */
export interface Sight {
  /** Undefined: it is no longer there. */
  readonly job: V1Job | undefined;
  /** As it is, or as it was seen last where `podGone`. */
  readonly pod: V1Pod | undefined;
  readonly podGone: boolean;
  /** Its container was seen at work. */
  readonly ran: boolean;
  /** What the Job controller last said of a pod that it could not create. */
  readonly refusal?: string | undefined;
}

export type Judgement =
  /** Not yet, and nothing is wrong; `againInMs`: time alone will change the answer then. `noPodForMs`: there is no pod for so long, and only events can tell why. */
  | { readonly state: 'waiting'; readonly why: string; readonly againInMs?: number; readonly noPodForMs?: number }
  | { readonly state: 'running'; readonly host: string; readonly againInMs?: number }
  | { readonly state: 'ended'; readonly code: EndCode; readonly reason: string; readonly exitCode?: number };

/** Says of one Job how it stands: the first row that fits (platform KJ-5). `nowMs` by the clock of the cluster. */
export function judge(sight: Sight, nowMs: number, graces: Graces): Judgement {
  for (const row of ROWS) {
    const answer = row(sight, nowMs, graces);
    if (answer !== undefined) return answer;
  }
  return { state: 'waiting', why: 'the pod is being started' };
}

type Row = (sight: Sight, nowMs: number, graces: Graces) => Judgement | undefined;

const end = (code: EndCode, reason: string, exitCode?: number): Judgement => ({
  state: 'ended',
  code,
  reason: oneLine(reason),
  ...(exitCode === undefined ? {} : { exitCode }),
});
const wait = (why: string, untilMs: number, nowMs: number): Judgement => ({ state: 'waiting', why: oneLine(why), againInMs: Math.max(0, untilMs - nowMs) });

const jobGone: Row = ({ job }) => (job === undefined ? end('job_vanished', 'the Job was deleted by somebody else') : undefined);

/** A file system that was filled: kubelet evicts for the pod's own limits as it does for a full node, and only its words differ. */
const diskFull: Row = ({ pod }) => {
  const said = pod?.status?.message ?? '';
  if (
    pod?.status?.reason !== 'Evicted' ||
    !/ephemeral[- ]local[- ]storage|local ephemeral storage|exceeds the limit|EmptyDir/i.test(said) ||
    /^The node was low/.test(said)
  )
    return undefined;
  // Its room is ours to reckon, and we fill it.
  return end(/EmptyDir volume "input"/.test(said) ? 'input_full' : 'disk_full', said);
};

const DISRUPTED_BY_NODE = /^(Evicted|NodeShutdown|Terminated|Shutdown|NodeLost|Preempting|NodeAffinity|UnexpectedAdmissionError|OutOf.*|Topology.*)$/;

const disrupted: Row = ({ pod, podGone }) => {
  const condition = conditionOf(pod, 'DisruptionTarget');
  if (condition?.status !== 'True' || !(podGone || ended(pod))) return undefined;
  return end('pod_disrupted', `${condition.reason ?? 'disrupted'}: ${condition.message ?? ''}`);
};

const endedByNode: Row = ({ pod }) => {
  const reason = pod?.status?.reason ?? '';
  return ended(pod) && DISRUPTED_BY_NODE.test(reason) ? end('ended_by_node', `${reason}: ${pod?.status?.message ?? ''}`) : undefined;
};

const deadline: Row = ({ job, pod, ran }) => {
  const came = ran || started(pod);
  if (pod?.status?.reason === 'DeadlineExceeded') {
    const time = `${pod.spec?.activeDeadlineSeconds ?? '?'} s`;
    return came
      ? end('deadline_exceeded', `ran for its whole deadline of ${time}`)
      : end('container_not_started', `the container did not come to run within ${time}`);
  }
  const condition = job?.status?.conditions?.find(
    ({ type, status, reason }) => /^(Failed|FailureTarget)$/.test(type) && status === 'True' && reason === 'DeadlineExceeded',
  );
  if (condition === undefined) return undefined;
  return ran || started(pod)
    ? end('deadline_exceeded', condition.message ?? 'the Job ran too long')
    : end('unschedulable', 'no pod came to run before the deadline of the Job');
};

const nodeLost: Row = ({ pod, podGone }, nowMs, graces) => {
  if (pod === undefined || podGone || ended(pod)) return undefined;
  const since = msOf(pod.metadata?.deletionTimestamp) ?? (pod.status?.phase === 'Unknown' ? msOf(conditionOf(pod, 'Ready')?.lastTransitionTime) : undefined);
  if (since === undefined) return undefined;
  const until = since + graces.lostNode * 1000;
  const where = pod.spec?.nodeName ?? 'no node';
  return nowMs >= until ? end('node_lost', `the node does not end the pod [node=${where}]`) : wait(`the pod is being ended [node=${where}]`, until, nowMs);
};

/** Somebody deleted the pod: whatever its container exited with says nothing of the program. */
const podDeleted: Row = ({ pod, podGone }) => {
  if (pod === undefined) return undefined;
  if (podGone && !ended(pod)) return end('pod_vanished', 'the pod is gone, and nobody saw how it ended');
  return pod.metadata?.deletionTimestamp !== undefined && pod.metadata.deletionTimestamp !== null ? end('pod_deleted', 'the pod was deleted') : undefined;
};

const preparation: Row = ({ pod }) => {
  const failed = pod?.status?.initContainerStatuses?.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  return failed === undefined
    ? undefined
    : end('preparation_failed', `the init container ended with ${failed.state?.terminated?.exitCode} [container=${failed.name}]`);
};

const terminated: Row = ({ pod }) => {
  const state = containerOf(pod)?.state?.terminated;
  if (state === undefined || state === null || !ended(pod)) return undefined;
  const { exitCode, reason, message } = state;
  if (reason === 'OOMKilled')
    return end('out_of_memory', `used more memory than its limit of ${pod?.spec?.containers[0]?.resources?.limits?.['memory'] ?? '?'}`, exitCode);
  if (reason === 'StartError' || reason === 'ContainerCannotRun') return end('container_not_started', `${reason}: ${message ?? ''}`, exitCode);
  if (reason === 'ContainerStatusUnknown') return end('pod_failed', `${reason}: ${message ?? ''}`);
  if (exitCode !== 0)
    return end('exited_nonzero', `ended with ${exitCode > 128 ? `signal ${exitCode - 128}` : `code ${exitCode}`}${lastLine(message)}`, exitCode);
  // Kubelet can fail a pod whose container ended well; that is no success.
  if (pod?.status?.phase === 'Failed') return end('pod_failed', `${pod.status.reason ?? 'failed'}: ${pod.status.message ?? ''}`, exitCode);
  return end('exited', 'ended with code 0', exitCode);
};

const failedWithoutContainer: Row = ({ pod }) =>
  pod?.status?.phase === 'Failed' || pod?.status?.phase === 'Succeeded'
    ? end('pod_failed', `${pod.status.reason ?? pod.status.phase}: ${pod.status.message ?? 'nothing is known of its container'}`)
    : undefined;

const IMAGE = /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)$/;
const START =
  /^(CreateContainerConfigError|CreateContainerError|RunContainerError|ContainerCannotRun|PreCreateHookError|PreStartHookError|PostStartHookError)$/;

const notStarted: Row = ({ pod }, nowMs, graces) => {
  const waiting = containerOf(pod)?.state?.waiting;
  const reason = waiting?.reason ?? '';
  const said = `${reason}: ${waiting?.message ?? ''}`;
  if (reason === 'InvalidImageName') return end('image_unavailable', said);
  const code = IMAGE.test(reason) ? 'image_unavailable' : START.test(reason) ? 'container_not_started' : undefined;
  if (code === undefined) return undefined;
  const until = (msOf(pod?.status?.startTime) ?? nowMs) + graces.image * 1000;
  return nowMs >= until ? end(code, said) : wait(said, until, nowMs);
};

const unschedulable: Row = ({ pod }, nowMs, graces) => {
  const condition = conditionOf(pod, 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const until = (msOf(condition.lastTransitionTime) ?? msOf(pod?.metadata?.creationTimestamp) ?? nowMs) + graces.unschedulable * 1000;
  return nowMs >= until ? end('unschedulable', condition.message ?? 'no node fits') : wait(condition.message ?? 'no node fits', until, nowMs);
};

const suspended: Row = ({ job, pod, ran }, nowMs, graces) => {
  if (job?.spec?.suspend !== true) return undefined;
  if (ran || started(pod)) return end('job_suspended', 'the Job was suspended while it ran');
  const until = (msOf(job.metadata?.creationTimestamp) ?? nowMs) + graces.queue * 1000;
  return nowMs >= until ? end('quota_exceeded', `waited ${graces.queue} s in its queue`) : wait('the Job waits in its queue', until, nowMs);
};

const noPod: Row = ({ job, pod, refusal }, nowMs, graces) => {
  if (pod !== undefined || job === undefined) return undefined;
  const failed = job.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
  if (failed !== undefined) return end('pod_vanished', `the Job failed and its pod is gone: ${failed.reason ?? ''} ${failed.message ?? ''}`);
  const since = msOf(job.status?.startTime) ?? msOf(job.metadata?.creationTimestamp) ?? nowMs;
  const noPodForMs = nowMs - since;
  if (refusal === undefined) return { state: 'waiting', why: 'the Job has no pod yet', againInMs: LOOK_MS, noPodForMs };
  const quota = /exceeded quota/.test(refusal);
  const until = since + (quota ? graces.unschedulable : graces.refused) * 1000;
  if (nowMs >= until) return end(quota ? 'quota_exceeded' : 'pod_refused', refusal);
  return { state: 'waiting', why: oneLine(refusal), againInMs: Math.min(LOOK_MS, Math.max(0, until - nowMs)), noPodForMs };
};
/** Between looks at a Job without a pod. */
const LOOK_MS = 5_000;

const running: Row = ({ pod }) => {
  const host = pod?.status?.podIP;
  return host !== undefined && host !== '' && (containerOf(pod)?.state?.running ?? undefined) !== undefined ? { state: 'running', host } : undefined;
};

/** First match wins: what the node or the cluster did comes before what the container says. */
const ROWS: readonly Row[] = [
  jobGone,
  diskFull,
  disrupted,
  endedByNode,
  deadline,
  suspended,
  nodeLost,
  podDeleted,
  preparation,
  terminated,
  failedWithoutContainer,
  notStarted,
  unschedulable,
  noPod,
  running,
];

/** The status of our only container. */
export function containerOf(pod: V1Pod | undefined): V1ContainerStatus | undefined {
  return pod?.status?.containerStatuses?.find(({ name }) => name === CONTAINER);
}

function conditionOf(pod: V1Pod | undefined, type: string): V1PodCondition | undefined {
  return pod?.status?.conditions?.find((condition) => condition.type === type);
}

function ended(pod: V1Pod | undefined): boolean {
  return pod?.status?.phase === 'Succeeded' || pod?.status?.phase === 'Failed';
}

function started(pod: V1Pod | undefined): boolean {
  const state = containerOf(pod)?.state;
  return (state?.running ?? state?.terminated ?? undefined) !== undefined;
}

/** Reasons quote messages of others: one line, bounded, nothing that drives a terminal. */
function oneLine(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .replace(/:$/, '')
    .slice(0, 500);
}

function lastLine(message: string | undefined): string {
  const line = message?.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : `: ${line}`;
}
