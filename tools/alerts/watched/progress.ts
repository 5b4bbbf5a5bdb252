import type { Alert } from '../alert.ts';
import { at, AT, WHERE } from '../labels.ts';
import { ofStore } from '../of-store.ts';

/** Datasets and tasks on their way. */
export const PROGRESS_ALERTS = [
  {
    name: 'MleSmithStuck',
    severity: 'page',
    expr: `max by (${WHERE}) (${ofStore('mlesmith_stuck_items')}) > 0`,
    lasting: '15m',
    summary: '{{ $value }} datasets or tasks are past their deadline and nobody ends them',
    meaning:
      'Every service ends what is overdue within a minute. None does: none can write to the store. (Where none runs at all, nobody tells this figure: MleSmithServiceVanished does.)',
    steps: [
      'Dashboard “Services and Node”: which processes are there?',
      'The logs of stations: `service.not_ready` names the server that they wait for.',
      '`./mle-smith status --server URL` names what has made no step for longest: its stage, since when, and who holds it or why it waits.',
    ],
    fires: { samples: [{ series: `mlesmith_stuck_items${AT}`, values: '0 2x40' }], atMinute: 30 },
    silent: { samples: [{ series: `mlesmith_stuck_items${AT}`, values: '0 2x10 0x40' }], atMinute: 30 },
  },
  {
    name: 'MleSmithWaitsLong',
    severity: 'ticket',
    expr: `max by (${WHERE}, stage) (${ofStore('mlesmith_stage_oldest_seconds')}) > 6 * 3600`,
    lasting: '15m',
    summary: 'Something has waited for the stage {{ $labels.stage }} for more than 6 hours',
    meaning: 'The stage has no worker, does not keep up, or its work waits for a budget or a model. After 24 hours what waits ends as `stuck`.',
    steps: [
      'Dashboard “Pipeline”: does the queue of the stage grow, or is it one task? One: `./mle-smith show TASK --server URL` tells its way.',
      'Dashboard “Stages”: attempts at work at the number of workers all the time means more replicas are needed.',
      'Dashboard “Model cost and tokens”: is a budget used up? `model.refused` in the log: the endpoint wants a bill, a key or a name.',
    ],
    fires: { samples: [{ series: `mlesmith_stage_oldest_seconds${at('stage="design"')}`, values: '0+60x500' }], atMinute: 400 },
    silent: { samples: [{ series: `mlesmith_stage_oldest_seconds${at('stage="design"')}`, values: '0+60x350 0x150' }], atMinute: 400 },
  },
  {
    name: 'MleSmithNothingVerified',
    severity: 'ticket',
    expr: `sum by (${WHERE}) (increase(mlesmith_tasks_verified_total[6h])) == 0 and sum by (${WHERE}) (max by (${WHERE}, stage) (${ofStore('mlesmith_stage_queue_depth')})) > 0`,
    lasting: '6h',
    summary: 'No task was verified for 12 hours, while work waits',
    meaning: 'Tasks may all end unverified, or not move at all.',
    steps: [
      'Dashboard “Pipeline”: “Why tasks ended unverified”. One reason for all of them points to a change of ours, or to one kind of data.',
      'Nothing ends at all: look at the alerts on queues and consumers.',
    ],
    fires: {
      samples: [
        { series: `mlesmith_tasks_verified_total${AT}`, values: '3x900' },
        { series: `mlesmith_stage_queue_depth${at('stage="design"')}`, values: '4x900' },
      ],
      atMinute: 800,
    },
    silent: {
      samples: [
        { series: `mlesmith_tasks_verified_total${AT}`, values: '3x900' },
        { series: `mlesmith_stage_queue_depth${at('stage="design"')}`, values: '0x900' },
      ],
      atMinute: 800,
    },
  },
] as const satisfies readonly Alert[];
