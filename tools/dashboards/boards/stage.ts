import type { Board } from '../board.ts';
import { CHOSEN_STAGE, happened, increase, quantile, rate, recordings, sum } from '../promql.ts';

const chosen = { stage: CHOSEN_STAGE };

export const STAGE_BOARD: Board = {
  uid: 'mle-smith-stage',
  title: 'Stages',
  question: 'How long does each stage take, how does it end, and who is at fault?',
  choices: ['stage'],
  rows: [
    {
      title: 'Time',
      panels: [
        {
          title: 'Duration at the middle',
          description: 'Half of the attempts took no longer.',
          view: 'time',
          unit: 's',
          queries: [{ expr: quantile(0.5, 'mlesmith_stage_duration_seconds', ['stage'], chosen), legend: '{{stage}}' }],
        },
        {
          title: 'Duration at 95 %',
          description: 'One attempt in twenty took longer. A stage whose line comes near its time limit loses attempts to it.',
          view: 'time',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'mlesmith_stage_duration_seconds', ['stage'], chosen), legend: '{{stage}}' }],
        },
        {
          title: 'Attempts at work',
          description: 'Attempts in the hands of workers now. At the number of workers all the time: the stage is the bottleneck.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: sum('mlesmith_stage_working', ['stage'], chosen), legend: '{{stage}}' }],
        },
      ],
    },
    {
      title: 'Outcome',
      panels: [
        {
          title: 'Outcomes',
          description: 'How attempts ended, each second. `retry` and `failed` are faults of servers or of the platform.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: recordings('mlesmith_stage_duration_seconds', ['stage', 'outcome'], chosen), legend: '{{stage}} {{outcome}}' }],
        },
        {
          title: 'Attempts by who was at fault',
          description: 'Attempts in this time; `none` advanced their task, `task` found it wanting, `infrastructure` and `platform` are ours to mend.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: `${increase('mlesmith_stage_attempts_total', ['stage', 'class'], chosen)} > 0`, legend: '{{stage}} {{class}}' }],
        },
        {
          title: 'Sent back',
          description: 'Tasks that a stage sent back in this time, and the stage that is to mend them.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: happened('mlesmith_stage_returns_total', ['stage', 'to'], chosen), legend: '{{stage}} → {{to}}' }],
          emptyWhere: 'no stage found anything to be mended yet',
        },
      ],
    },
    {
      title: 'Work that was lost',
      panels: [
        {
          title: 'Leases that ran out',
          description: 'Work that another worker took over: its process was killed, stopped or too slow to say that it lives.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_lease_expired_total', ['stage'], chosen), legend: '{{stage}}' }],
        },
        {
          title: 'Results that came too late',
          description: 'Results that were dropped since somebody else had taken over. They go with leases that ran out; alone they mean slow workers.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_fenced_results_total', ['stage'], chosen), legend: '{{stage}}' }],
        },
      ],
    },
  ],
};
