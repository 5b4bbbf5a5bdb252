import type { Alert } from '../alert.ts';
import { at, AT, WHERE } from '../labels.ts';

/** What untrusted code runs in. */
export const SANDBOX_ALERTS = [
  {
    name: 'MleSmithUnsandboxed',
    severity: 'ticket',
    expr: `max by (${WHERE}, job, instance) (mlesmith_jobs_unsandboxed) > 0`,
    lasting: '1h',
    summary: '{{ $labels.job }} {{ $labels.instance }} runs untrusted code without a sandbox',
    meaning: 'That was allowed (MLE_SMITH_ALLOW_UNSANDBOXED): code of models and of strangers shares the kernel of the machine. It is for trials.',
    steps: [
      'On pods: name a RuntimeClass in MLE_SMITH_RUNTIME_CLASS. On a machine: `./mle-smith doctor` says what a sandbox needs.',
      'Unset MLE_SMITH_ALLOW_UNSANDBOXED.',
    ],
    fires: { samples: [{ series: `mlesmith_jobs_unsandboxed${at('job="mle-smith",instance="a"')}`, values: '1x90' }], atMinute: 80 },
    silent: { samples: [{ series: `mlesmith_jobs_unsandboxed${at('job="mle-smith",instance="a"')}`, values: '1x30 0x90' }], atMinute: 80 },
  },
  {
    name: 'MleSmithOrphanJobs',
    severity: 'ticket',
    expr: `sum by (${WHERE}) (increase(mlesmith_cluster_orphans_deleted_total[1h])) > 5`,
    lasting: '0m',
    summary: '{{ $value | humanize }} Jobs that nobody held were deleted within an hour',
    meaning: 'Stations that are killed leave some, which cost room until they are deleted. Many mean that stations die again and again.',
    steps: [
      'Dashboard “Services and Node”: “Age of processes” falls back to 0 where they do.',
      'The log: `pod.orphan_deleted` names each.',
      'What is left: `kubectl -n mle-smith-solve get jobs`.',
    ],
    fires: { samples: [{ series: `mlesmith_cluster_orphans_deleted_total${AT}`, values: '0x10 0+2x10' }], atMinute: 21 },
    silent: { samples: [{ series: `mlesmith_cluster_orphans_deleted_total${AT}`, values: '0x10 0+1x3 3x20' }], atMinute: 21 },
  },
] as const satisfies readonly Alert[];
