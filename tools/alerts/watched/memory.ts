import type { Alert } from '../alert.ts';
import { at, WHERE } from '../labels.ts';

/** Memory of processes. */
export const MEMORY_ALERTS = [
  {
    name: 'MleSmithHeapFull',
    severity: 'ticket',
    expr: `max by (${WHERE}, job, instance) (nodejs_heap_used_bytes / nodejs_heap_limit_bytes) > 0.9`,
    lasting: '10m',
    summary: '{{ $labels.job }} {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its heap',
    meaning: 'At 100 % the process dies. Its work is taken up by others, and the same work may kill them too.',
    steps: [
      'Dashboard “Services and Node”: does it grow, or is it one large dataset?',
      'Give the process more memory (`NODE_OPTIONS=--max-old-space-size`), and tell the maintainers.',
    ],
    fires: {
      samples: [
        { series: `nodejs_heap_used_bytes${at('job="mle-smith",instance="a"')}`, values: '95x30' },
        { series: `nodejs_heap_limit_bytes${at('job="mle-smith",instance="a"')}`, values: '100x30' },
      ],
      atMinute: 20,
    },
    silent: {
      samples: [
        { series: `nodejs_heap_used_bytes${at('job="mle-smith",instance="a"')}`, values: '95 95 50x30' },
        { series: `nodejs_heap_limit_bytes${at('job="mle-smith",instance="a"')}`, values: '100x30' },
      ],
      atMinute: 20,
    },
  },
] as const satisfies readonly Alert[];
