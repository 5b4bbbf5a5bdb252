import type { Alert } from '../alert.ts';
import { at, AT, WHERE } from '../labels.ts';
import { ofStore } from '../of-store.ts';

/** Events on their way from one service to the next. */
export const EVENT_ALERTS = [
  {
    name: 'MleSmithConsumerDown',
    severity: 'ticket',
    expr: `max by (${WHERE}, job, instance) (mlesmith_consumer_up) == 0`,
    lasting: '10m',
    summary: '{{ $labels.job }} {{ $labels.instance }} has not been a member of its group for 10 minutes',
    meaning: 'It hears no news and looks into the store instead: work goes on, seconds later. Datasets that are announced by events wait.',
    steps: [
      'The log of the service: `bus.unreachable`, `bus.consumer_crashed`.',
      'Are the brokers there, and does the service reach them? `./mle-smith topics check`.',
    ],
    fires: { samples: [{ series: `mlesmith_consumer_up${at('job="mle-smith",instance="a"')}`, values: '1 0x30' }], atMinute: 20 },
    silent: { samples: [{ series: `mlesmith_consumer_up${at('job="mle-smith",instance="a"')}`, values: '1 0x5 1x30' }], atMinute: 20 },
  },
  {
    name: 'MleSmithOutboxOld',
    severity: 'ticket',
    expr: `max by (${WHERE}) (${ofStore('mlesmith_outbox_oldest_seconds')}) > 300`,
    lasting: '5m',
    summary: 'An event has waited for its publication for {{ $value | humanizeDuration }}',
    meaning: 'Brokers refuse or cannot be reached. Work goes on from the store; whoever listens to events of the installation hears nothing.',
    steps: ['The logs: `bus.publish_failed` says why. A topic that is missing: `./mle-smith prepare`.', 'Are the brokers there, and have they room?'],
    fires: { samples: [{ series: `mlesmith_outbox_oldest_seconds${AT}`, values: '0+60x30' }], atMinute: 20 },
    silent: { samples: [{ series: `mlesmith_outbox_oldest_seconds${AT}`, values: '0+60x7 0x30' }], atMinute: 20 },
  },
  {
    name: 'MleSmithDeadLetters',
    severity: 'ticket',
    expr: `sum by (${WHERE}, topic, reason) ((increase(mlesmith_dead_letters_total[1h]) > 0) or (mlesmith_dead_letters_total unless mlesmith_dead_letters_total offset 1h)) > 0`,
    lasting: '0m',
    summary: 'Messages on {{ $labels.topic }} were put aside in the last hour: {{ $labels.reason }}',
    meaning: 'Somebody publishes what no service can read. Nothing of the pipeline is lost; what the message asked for is not done.',
    steps: [
      '`./mle-smith dlq list` shows them and who sent them, `./mle-smith dlq show ID` all of one.',
      '`./mle-smith dlq redrive --all` gives them back when the cause is mended, `./mle-smith dlq drop --all` forgets them; numbers in place of `--all` choose some.',
    ],
    // A series begins with its first message.
    fires: { samples: [{ series: `mlesmith_dead_letters_total${at('topic="task.designed",reason="not_json"')}`, values: '_x20 1x10' }], atMinute: 22 },
    silent: { samples: [{ series: `mlesmith_dead_letters_total${at('topic="task.designed",reason="not_json"')}`, values: '1x200' }], atMinute: 150 },
  },
] as const satisfies readonly Alert[];
