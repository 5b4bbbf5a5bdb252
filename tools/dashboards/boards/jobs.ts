import type { Board } from '../board.ts';
import { CHOSEN_STAGE, ELSEWHERE, happened, increase, largest, quantile, rate, recordings, sum } from '../promql.ts';

const SANDBOXES = 'jobs run in sandboxes of the station’s own machine, not on Kubernetes';
const NO_GPUS = 'no profile of pods has an accelerator';
const NO_DCGM =
  'no exporter of the GPUs (DCGM) or of the labels of pods (kube-state-metrics) is scraped, each with honorLabels, so that namespace and pod are those of the job';

const NO_PROFILING = `${NO_DCGM}; or the GPUs have no profiling counters, or the list of counters of the exporter leaves them out`;

/** What pods have the label of a job of ours, now or in a window before. */
function podsOfJobs(window = ''): string {
  const pods = `kube_pod_labels{${ELSEWHERE},label_mle_smith_io_job!=""}`;
  return `max by (namespace, pod, label_mle_smith_io_job) (${window === '' ? pods : `last_over_time(${pods}${window})`})`;
}

/** GPU figures of a pod, with the job that the label of its pod names. */
export function ofJobs(field: string): string {
  return `max by (namespace, pod, gpu) (${field}{${ELSEWHERE},pod!=""}) * on (namespace, pod) group_left (label_mle_smith_io_job) ${podsOfJobs()}`;
}

/** Joules that GPUs took in the time that is looked at while the pod of a job held them; of jobs that have ended too. The exporter counts thousandths. */
export function energyOfJobs(): string {
  const taken = `sum by (namespace, pod) (increase(DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{${ELSEWHERE},pod!=""}[$__range]))`;
  return `sum by (label_mle_smith_io_job) (${taken} * on (namespace, pod) group_left (label_mle_smith_io_job) ${podsOfJobs('[$__range]')}) / 1000`;
}

export const JOBS_BOARD: Board = {
  uid: 'mle-smith-jobs',
  title: 'Jobs and GPUs',
  question: 'Does code get a sandbox, what does it take, and what do the cluster and its GPUs do?',
  choices: ['stage'],
  rows: [
    {
      title: 'Jobs',
      panels: [
        {
          title: 'Jobs now',
          description: 'Jobs that wait for a place of their station, and that run.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: sum('mlesmith_jobs', ['phase', 'profile']), legend: '{{phase}} {{profile}}' }],
        },
        {
          title: 'Wait for a place at 95 %',
          description: 'Long waits with few jobs at work: raise MLE_SMITH_SANDBOXES, or start more replicas.',
          view: 'time',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'mlesmith_job_queue_seconds', ['profile']), legend: '{{profile}}' }],
        },
        {
          title: 'Time of a job at 95 %',
          description: '`measure` is our own code, `solve` a candidate’s, `grade` compares an answer.',
          view: 'time',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'mlesmith_job_run_seconds', ['zone']), legend: '{{zone}}' }],
        },
        {
          title: 'Outcomes',
          description: 'Jobs in this time by how they ended. `not_run` and `lost` are faults of ours; the others are told to the task.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: `${increase('mlesmith_job_outcomes_total', ['zone', 'class'])} > 0`, legend: '{{zone}} {{class}}' }],
        },
        {
          title: 'Stations without a sandbox',
          description: 'Where untrusted code shares the kernel of the machine (MLE_SMITH_ALLOW_UNSANDBOXED); every verdict of such a station says so.',
          view: 'number',
          unit: 'short',
          queries: [{ expr: sum('mlesmith_jobs_unsandboxed', []), legend: 'stations' }],
        },
        {
          title: 'Memory of a job at 95 %',
          description: 'The most that a job held. Near the limit of a job (4 GiB) some end as out_of_memory.',
          view: 'time',
          unit: 'bytes',
          queries: [{ expr: quantile(0.95, 'mlesmith_job_peak_memory_bytes', ['zone']), legend: '{{zone}}' }],
        },
      ],
    },
    {
      title: 'What jobs take',
      panels: [
        {
          title: 'Processors by stage',
          description: 'Processors that jobs keep busy.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_job_cpu_seconds_total', ['stage'], { stage: CHOSEN_STAGE }), legend: '{{stage}}' }],
        },
        {
          title: 'Processor time by stage',
          description: 'Of all jobs in this time.',
          view: 'bars',
          unit: 's',
          queries: [{ expr: increase('mlesmith_job_cpu_seconds_total', ['stage', 'zone'], { stage: CHOSEN_STAGE }), legend: '{{stage}} {{zone}}' }],
        },
        {
          title: 'Accelerator time by stage',
          description: 'Accelerators of jobs times how long these ran, in this time. What idle pods hold is not in it.',
          view: 'bars',
          unit: 's',
          queries: [{ expr: increase('mlesmith_job_gpu_seconds_total', ['stage'], { stage: CHOSEN_STAGE }), legend: '{{stage}}' }],
          emptyWhere: NO_GPUS,
        },
      ],
    },
    {
      title: 'The cluster that jobs run on',
      panels: [
        {
          title: 'Start of a pod at 95 %',
          description: 'From the creation of a Job until its pod takes work. Minutes: nodes are added, or images are pulled.',
          view: 'time',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'mlesmith_pod_start_seconds', []), legend: 'start' }],
          emptyWhere: SANDBOXES,
        },
        {
          title: 'Ends of pods',
          description: 'In this time, by the table of ends of the Kubernetes adapter.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: happened('mlesmith_pod_ends_total', ['code']), legend: '{{code}}' }],
          emptyWhere: SANDBOXES,
        },
        {
          title: 'Jobs that had to wait',
          description: 'For a slot of their profile, or for a quota of their namespace.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_pod_waits_total', ['for']), legend: '{{for}}' }],
          emptyWhere: SANDBOXES,
        },
        {
          title: 'Time since Jobs were listed',
          description: 'It stays below a minute or so. Above: the API server cannot be reached, and ends of jobs are not seen.',
          view: 'time',
          unit: 's',
          queries: [{ expr: largest('mlesmith_cluster_reconcile_age_seconds', ['instance']), legend: '{{instance}}' }],
          emptyWhere: SANDBOXES,
        },
        {
          title: 'Calls of the API by outcome',
          description: '`passing` faults are tried again; `refused` ones need an operator: an account that may not, a wrong namespace.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: recordings('mlesmith_cluster_api_duration_seconds', ['operation', 'outcome']), legend: '{{operation}} {{outcome}}' }],
          emptyWhere: SANDBOXES,
        },
        {
          title: 'Calls of the API that failed, by code',
          description: 'The status of the answer, or what there was in place of one. Each try counts, also one whose next try was answered.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_cluster_api_errors_total', ['code']), legend: '{{code}}' }],
          emptyWhere: SANDBOXES,
        },
        {
          title: 'Out of sight, and orphans',
          description: 'Times after which a namespace could not be seen for a while, and Jobs that were deleted since nobody held them.',
          view: 'time',
          unit: 'short',
          queries: [
            { expr: rate('mlesmith_cluster_list_failures_total', []), legend: 'out of sight' },
            { expr: rate('mlesmith_cluster_orphans_deleted_total', []), legend: 'orphans deleted' },
          ],
          emptyWhere: SANDBOXES,
        },
      ],
    },
    {
      title: 'GPUs',
      panels: [
        {
          title: 'Use of GPUs by job',
          description: 'From the exporter of the GPUs, by the job of the pod that holds each. Near 0 for a whole job: it does not use what it has.',
          view: 'time',
          unit: 'percent',
          queries: [{ expr: ofJobs('DCGM_FI_DEV_GPU_UTIL'), legend: '{{label_mle_smith_io_job}} {{gpu}}' }],
          emptyWhere: NO_DCGM,
        },
        {
          title: 'Memory of GPUs by job',
          description: 'Frame buffer in use.',
          view: 'time',
          unit: 'decmbytes',
          queries: [{ expr: ofJobs('DCGM_FI_DEV_FB_USED'), legend: '{{label_mle_smith_io_job}} {{gpu}}' }],
          emptyWhere: NO_DCGM,
        },
        {
          title: 'Tensor cores and memory of GPUs by job',
          description:
            'Part of the time in which tensor cores work, and in which memory is read or written. Use near 100 % with both near 0: many small steps, and a smaller GPU would do.',
          view: 'time',
          unit: 'percentunit',
          queries: [
            { expr: ofJobs('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE'), legend: '{{label_mle_smith_io_job}} {{gpu}} tensor cores' },
            { expr: ofJobs('DCGM_FI_PROF_DRAM_ACTIVE'), legend: '{{label_mle_smith_io_job}} {{gpu}} memory' },
          ],
          emptyWhere: NO_PROFILING,
        },
        {
          title: 'Energy of GPUs by job',
          description: 'In this time, while a pod of the job held them; of jobs that have ended too. What GPUs take that nobody holds is not in it.',
          view: 'bars',
          unit: 'joule',
          queries: [{ expr: energyOfJobs(), legend: '{{label_mle_smith_io_job}}' }],
          emptyWhere: NO_DCGM,
        },
        {
          title: 'Errors of GPUs',
          description: 'The last XID of each; other than 0 is a fault of the device or of its driver, and its node should be drained.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: `max by (gpu, Hostname) (DCGM_FI_DEV_XID_ERRORS{${ELSEWHERE}})`, legend: '{{Hostname}} {{gpu}}' }],
          emptyWhere: NO_DCGM,
        },
      ],
    },
  ],
};
