import type { Board } from '../board.ts';
import { increase, largest, quantile, rate } from '../promql.ts';

/** Of a series that begins with its first value nothing is known before it. */
export const NO_SECOND_VERDICT = 'no process has told of a second verdict: counting begins with its first';
const VERIFIED = increase('mlesmith_tasks_verified_total', []);

export const PIPELINE_BOARD: Board = {
  uid: 'mle-smith-pipeline',
  title: 'Pipeline',
  question: 'Do tasks come out, where do they wait, and what does one cost?',
  choices: ['stage'],
  rows: [
    {
      title: 'What comes out',
      panels: [
        {
          title: 'Verified',
          description: 'Tasks that were verified in this time. None for hours while queues are long means that something holds the pipeline up.',
          view: 'number',
          unit: 'short',
          queries: [{ expr: VERIFIED, legend: 'verified' }],
        },
        {
          title: 'Stuck',
          description: 'Datasets and tasks past their deadline that nobody has ended. More than 0 for minutes: no service looks after what is overdue.',
          view: 'number',
          unit: 'short',
          queries: [{ expr: largest('mlesmith_stuck_items', []), legend: 'stuck' }],
        },
        {
          title: 'Oldest that waits',
          description: 'Age of the dataset or task that has waited longest for any stage. It grows while a stage has no worker or does not keep up.',
          view: 'number',
          unit: 's',
          queries: [{ expr: `max(${largest('mlesmith_stage_oldest_seconds', [])})`, legend: 'oldest' }],
        },
        {
          title: 'Funnel',
          description: 'Datasets and tasks that each stage advanced in this time. Where a bar is much shorter than the one before, tasks end or wait there.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: increase('mlesmith_stage_attempts_total', ['stage'], { class: '="none"' }), legend: '{{stage}}' }],
        },
        {
          title: 'Why tasks ended unverified',
          description: 'Tasks that were abandoned or cancelled in this time, by reason; docs/reference/reason-codes.md says what each means.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: `${increase('mlesmith_tasks_rejected_total', ['reason'])} > 0`, legend: '{{reason}}' }],
          emptyWhere: 'no task ended unverified',
        },
        {
          title: 'Verified and ended an hour',
          description: 'How fast tasks come to an end, good or bad.',
          view: 'time',
          unit: 'short',
          queries: [
            { expr: `3600 * ${rate('mlesmith_tasks_verified_total', [])}`, legend: 'verified' },
            { expr: `3600 * ${rate('mlesmith_tasks_rejected_total', [])}`, legend: 'ended unverified' },
          ],
        },
      ],
    },
    {
      title: 'How long it takes',
      panels: [
        {
          title: 'Time to a verdict',
          description: 'From the receipt of a dataset until a task of it was verified or abandoned, at the middle and at 95 %.',
          view: 'time',
          unit: 's',
          queries: [
            { expr: quantile(0.5, 'mlesmith_verdict_seconds', ['verdict']), legend: '{{verdict}} middle' },
            { expr: quantile(0.95, 'mlesmith_verdict_seconds', ['verdict']), legend: '{{verdict}} 95 %' },
          ],
          emptyWhere: NO_SECOND_VERDICT,
        },
      ],
    },
    {
      title: 'Where work waits',
      panels: [
        {
          title: 'Tasks by state',
          description: 'All tasks of the store. Verified, abandoned and cancelled ones stay; the others are on their way.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: largest('mlesmith_tasks', ['state']), legend: '{{state}}' }],
        },
        {
          title: 'Queues',
          description: 'Datasets and tasks that wait for a stage or are at work in it. A queue that only grows needs more replicas of its station.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: largest('mlesmith_stage_queue_depth', ['stage'], { stage: '=~"$stage"' }), legend: '{{stage}}' }],
        },
        {
          title: 'Longest wait by stage',
          description: 'Age of what has waited longest for each stage, 0 where nothing waits.',
          view: 'time',
          unit: 's',
          queries: [{ expr: largest('mlesmith_stage_oldest_seconds', ['stage'], { stage: '=~"$stage"' }), legend: '{{stage}}' }],
        },
      ],
    },
    {
      title: 'What a verified task costs',
      panels: [
        {
          title: 'Dollars for a verified task',
          description: 'What calls of models cost in this time, for each task that was verified in it; those that were not are paid by the others.',
          view: 'number',
          unit: 'currencyUSD',
          queries: [{ expr: `${increase('mlesmith_llm_cost_usd_total', [])} / ${VERIFIED}`, legend: 'dollars' }],
          emptyWhere: 'rules think',
        },
        {
          title: 'Tokens for a verified task',
          description: 'Tokens of all calls in this time, for each task that was verified in it.',
          view: 'number',
          unit: 'short',
          queries: [{ expr: `${increase('mlesmith_llm_tokens_total', [])} / ${VERIFIED}`, legend: 'tokens' }],
          emptyWhere: 'rules think',
        },
        {
          title: 'Processor time for a verified task',
          description: 'Processor time of all jobs in this time, for each task that was verified in it. What services take themselves is not in it.',
          view: 'number',
          unit: 's',
          queries: [{ expr: `${increase('mlesmith_job_cpu_seconds_total', [])} / ${VERIFIED}`, legend: 'processor' }],
        },
        {
          title: 'Accelerator time for a verified task',
          description: 'Accelerators of all jobs times how long these ran, for each task that was verified in this time.',
          view: 'number',
          unit: 's',
          queries: [{ expr: `${increase('mlesmith_job_gpu_seconds_total', [])} / ${VERIFIED}`, legend: 'accelerator' }],
          emptyWhere: 'no profile of pods has an accelerator',
        },
      ],
    },
  ],
};
