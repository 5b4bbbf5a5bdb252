import type { Alert } from '../alert.ts';
import { at, WHERE } from '../labels.ts';
import { ofStore } from '../of-store.ts';

/** The cluster that jobs run on, and its GPUs. */
export const CLUSTER_ALERTS = [
  {
    name: 'MleSmithGpusIdle',
    severity: 'ticket',
    // Only where jobs may have accelerators. Those of a cluster are looked at together: whose a GPU without a pod is, nobody knows.
    expr: `max by (${WHERE}) (${ofStore('mlesmith_stage_queue_depth', '{stage="execute"}')}) > 0 and on (${WHERE}) mlesmith_job_gpu_seconds_total{stage="execute"} and on (cluster) max by (cluster) (DCGM_FI_DEV_GPU_UTIL) < 5`,
    lasting: '30m',
    summary: 'Tasks wait for their verification, and no GPU of the cluster has done anything for 30 minutes',
    meaning: 'What costs most stands still. Pods that want a GPU do not get one, or what runs in them does not use it.',
    steps: [
      'Dashboard “Jobs and GPUs”: “Use of GPUs by job” tells whether pods hold them, “Start of a pod at 95 %” whether pods start.',
      'No pods: the log of execute, `pod.waits_for_quota`, and the events of the namespace of candidates. Do node selector and tolerations of the profile (MLE_SMITH_POD_PROFILES_FILE) fit the nodes?',
      'Pods that hold one and do not use it: candidates need none. Give them a profile without an accelerator (MLE_SMITH_POD_PROFILES).',
    ],
    fires: {
      samples: [
        { series: `mlesmith_stage_queue_depth${at('stage="execute"')}`, values: '3x60' },
        { series: `mlesmith_job_gpu_seconds_total${at('stage="execute"')}`, values: '0x60' },
        { series: 'DCGM_FI_DEV_GPU_UTIL{cluster="c",gpu="0"}', values: '90 0x60' },
      ],
      atMinute: 50,
    },
    silent: {
      samples: [
        { series: `mlesmith_stage_queue_depth${at('stage="execute"')}`, values: '3x60' },
        { series: `mlesmith_job_gpu_seconds_total${at('stage="execute"')}`, values: '0x60' },
        { series: 'DCGM_FI_DEV_GPU_UTIL{cluster="c",gpu="0"}', values: '0x60' },
        { series: 'DCGM_FI_DEV_GPU_UTIL{cluster="c",gpu="1"}', values: '0x40 70x20' },
      ],
      atMinute: 50,
    },
  },
  {
    name: 'MleSmithClusterOutOfSight',
    severity: 'page',
    expr: `max by (${WHERE}, job, instance) (mlesmith_cluster_reconcile_age_seconds) > 600`,
    lasting: '5m',
    summary: '{{ $labels.job }} {{ $labels.instance }} has not seen its Jobs for {{ $value | humanizeDuration }}',
    meaning: 'The API server of the cluster cannot be reached or refuses. Jobs run on, and nobody learns how they end.',
    steps: [
      'The log: `cluster.out_of_sight` says what the server answered.',
      'May the account of the station still list Jobs? `kubectl -n mle-smith-solve auth can-i list jobs --as=system:serviceaccount:mle-smith:mle-smith-stations`; the chart’s role says what it needs.',
    ],
    fires: { samples: [{ series: `mlesmith_cluster_reconcile_age_seconds${at('job="mle-smith",instance="a"')}`, values: '0+60x40' }], atMinute: 30 },
    silent: {
      samples: [{ series: `mlesmith_cluster_reconcile_age_seconds${at('job="mle-smith",instance="a"')}`, values: '0+60x9 0+60x8 0+60x8 0+60x9' }],
      atMinute: 30,
    },
  },
] as const satisfies readonly Alert[];
